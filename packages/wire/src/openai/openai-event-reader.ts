import { type ContentTemplate, createContentTemplate } from './content-template.ts';
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

/** Holds no state between whole decodes, and is dear to create. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });
/** `[DONE]` in ASCII. */
const DONE_BYTES = [0x5b, 0x44, 0x4f, 0x4e, 0x45, 0x5d];
const DONE: OpenAiEvent = { kind: 'done' };
const MALFORMED: OpenAiEvent = { kind: 'malformed' };
/** After this many templates that did not help, a stream's events differ too much for one to pay. */
const MAX_TEMPLATES = 4;

/**
 * Reads the events of an OpenAI chat or completions stream. Most events of a stream differ in one string only; from the second content event on
 * the reader knows the bytes around that string and tells further ones by comparison, which proves as much as parsing them
 * (see `createContentTemplate`). Everything else is parsed completely. With `isFastPathOff` all of it is.
 */
export function createOpenAiEventReader(options: { readonly isFastPathOff?: boolean } = {}): OpenAiEventReader {
  return new EventReader(options.isFastPathOff === true);
}

/** A class, as one is made per response: an object of closures and accessors costs several times as much. */
class EventReader implements OpenAiEventReader {
  #template: ContentTemplate | undefined;
  #templates: number;
  #contentEvents = 0;
  fastEvents = 0;

  constructor(isFastPathOff: boolean) {
    this.#templates = isFastPathOff ? MAX_TEMPLATES : 0;
  }

  get frameEvent(): OpenAiChunk | undefined {
    return this.#template?.event;
  }

  read(bytes: Uint8Array, start: number, end: number): OpenAiEvent {
    const template = this.#template;
    if (template?.matches(bytes, start, end) === true) {
      this.fastEvents += 1;
      return template.event;
    }
    return this.#readFully(bytes, start, end);
  }

  skipFrame(bytes: Uint8Array, start: number, end: number): number {
    const template = this.#template;
    if (template === undefined) return -1;
    const frameEnd = template.frameEnd(bytes, start, end);
    if (frameEnd >= 0) this.fastEvents += 1;
    return frameEnd;
  }

  #readFully(bytes: Uint8Array, start: number, end: number): OpenAiEvent {
    if (isDone(bytes, start, end)) return DONE;
    const parsed = parse(bytes.subarray(start, end));
    const event = parsed === undefined ? MALFORMED : toEvent(parsed.value);
    if (event.kind !== 'chunk' || !event.hasContent) return event;
    this.#contentEvents += 1;
    if (this.#contentEvents > 1 && this.#templates < MAX_TEMPLATES) {
      this.#templates += 1;
      this.#template = createContentTemplate(bytes.subarray(start, end), event) ?? this.#template;
    }
    return event;
  }
}

/** `[DONE]`. */
function isDone(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== DONE_BYTES.length) return false;
  for (let i = 0; i < DONE_BYTES.length; i++) if (bytes[start + i] !== DONE_BYTES[i]) return false;
  return true;
}

function parse(bytes: Uint8Array): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(STRICT_UTF8.decode(bytes)) };
  } catch {
    return undefined; // reported as a malformed event
  }
}
