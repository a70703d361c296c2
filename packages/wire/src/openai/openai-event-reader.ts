import { type ContentTemplate, createContentTemplate } from './content-template.ts';
import type { EventShape } from './event-shape.ts';
import { createEventShapes, type EventShapes } from './event-shapes.ts';
import type { OpenAiChunk, OpenAiEvent } from './openai-event.ts';
import { toEvent } from './to-event.ts';

export interface OpenAiEventReader {
  /** Reads the data of one event. */
  read(bytes: Uint8Array, start: number, end: number): OpenAiEvent;
  /**
   * Offset after a whole server-sent event at `start` that is a known content event, told by its bytes alone; -1 when it is
   * none, is cut, or is another event. Only where an event may begin. `frameEvent` is what it says.
   */
  skipFrame(bytes: Uint8Array, start: number, end: number): number;
  readonly frameEvent: OpenAiChunk | undefined;
  /** Events that were told by their bytes alone. */
  readonly fastEvents: number;
}

export interface OpenAiEventReaderOptions {
  /** Parse everything completely. */
  readonly isFastPathOff?: boolean;
  /** Shared by readers of the same service, so that a stream profits from those before it. */
  readonly shapes?: EventShapes;
}

/** Holds no state between whole decodes, and is dear to create. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });
/** `[DONE]` in ASCII. */
const DONE_BYTES = [0x5b, 0x44, 0x4f, 0x4e, 0x45, 0x5d];
const DONE: OpenAiEvent = { kind: 'done' };
const MALFORMED: OpenAiEvent = { kind: 'malformed' };
/** After this many templates that did not help, a stream's events differ too much for one to pay. */
const MAX_TEMPLATES = 4;
/** After this many events of no known shape only the expected shape is tried. */
const MAX_SEARCHES = 8;

/**
 * Reads the events of an OpenAI chat or completions stream. Events of a kind differ in a few values only: what was parsed once is told by
 * comparison when it comes again, which proves as much as parsing it (see `createEventShape`). From the second content event of a
 * stream on, whole events are told at once (`skipFrame`). Everything else is parsed completely.
 */
export function createOpenAiEventReader(options: OpenAiEventReaderOptions = {}): OpenAiEventReader {
  return new EventReader(options.isFastPathOff === true ? undefined : (options.shapes ?? createEventShapes()));
}

/** A class, as one is made per response: an object of closures and accessors costs several times as much. */
class EventReader implements OpenAiEventReader {
  readonly #shapes: EventShapes | undefined;
  #template: ContentTemplate | undefined;
  #templates = 0;
  #contentEvents = 0;
  #searches = 0;
  #isOpening = true;
  #latest: EventShape | undefined;
  fastEvents = 0;

  constructor(shapes: EventShapes | undefined) {
    this.#shapes = shapes;
  }

  get frameEvent(): OpenAiChunk | undefined {
    return this.#template?.event;
  }

  skipFrame(bytes: Uint8Array, start: number, end: number): number {
    const template = this.#template;
    if (template === undefined) return -1;
    const frameEnd = template.frameEnd(bytes, start, end);
    if (frameEnd >= 0) this.fastEvents += 1;
    return frameEnd;
  }

  read(bytes: Uint8Array, start: number, end: number): OpenAiEvent {
    if (isDone(bytes, start, end)) return DONE;
    const shapes = this.#shapes;
    if (shapes === undefined) return parse(bytes.subarray(start, end));
    const expected = this.#isOpening ? shapes.opening : this.#latest?.successor;
    const match = shapes.find(bytes, start, end, expected, this.#searches < MAX_SEARCHES);
    if (match === undefined) return this.#learn(shapes, bytes.subarray(start, end));
    const { shape, event } = match;
    this.fastEvents += 1;
    this.#follow(shapes, shape);
    if (event.hasContent) this.#onContent(shape, bytes, start, end, event);
    return event;
  }

  #learn(shapes: EventShapes, data: Uint8Array): OpenAiEvent {
    this.#searches += 1;
    const event = parse(data);
    const shape = event.kind === 'chunk' ? shapes.learn(data, event) : undefined;
    this.#follow(shapes, shape);
    if (event.kind === 'chunk' && event.hasContent) this.#contentEvents += 1;
    return event;
  }

  #follow(shapes: EventShapes, shape: EventShape | undefined): void {
    if (this.#isOpening) {
      shapes.opening = shape;
      this.#isOpening = false;
    } else if (this.#latest !== undefined) this.#latest.successor = shape;
    this.#latest = shape;
  }

  #onContent(shape: EventShape, bytes: Uint8Array, start: number, end: number, event: OpenAiChunk): void {
    this.#contentEvents += 1;
    if (this.#contentEvents < 2 || this.#templates >= MAX_TEMPLATES || shape.contentStart < 0) return;
    this.#templates += 1;
    const { contentStart, contentEnd } = shape;
    this.#template = createContentTemplate(bytes.subarray(start, end), contentStart - start, contentEnd - start, event);
  }
}

/** `[DONE]`. */
function isDone(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== DONE_BYTES.length) return false;
  for (let i = 0; i < DONE_BYTES.length; i++) if (bytes[start + i] !== DONE_BYTES[i]) return false;
  return true;
}

function parse(data: Uint8Array): OpenAiEvent {
  let value: unknown;
  try {
    value = JSON.parse(STRICT_UTF8.decode(data));
  } catch {
    return MALFORMED; // reported as such, with its time
  }
  return toEvent(value);
}
