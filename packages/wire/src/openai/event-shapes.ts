import { createEventShape, type EventShape } from './event-shape.ts';
import type { OpenAiChunk } from './openai-event.ts';

/** Shapes of events, shared by the streams of one service. Each proves itself, so sharing changes no result. */
export interface EventShapes {
  /** The shape of data `[start, end)` and what it says, tried first for `expected`; `undefined` for data of no known shape. */
  find(
    bytes: Uint8Array,
    start: number,
    end: number,
    expected: EventShape | undefined,
    isSearched: boolean,
  ): EventMatch | undefined;
  /** Keeps the shape of an event that was parsed completely; `undefined` when it has none or enough are known. */
  learn(data: Uint8Array, event: OpenAiChunk): EventShape | undefined;
  /** The shape of the first event of the latest stream. */
  opening: EventShape | undefined;
}

/** Valid until the next call of `find`. */
interface EventMatch {
  readonly shape: EventShape;
  readonly event: OpenAiChunk;
}

/** A service sends a handful of kinds of events; more shapes than this mean that they differ in something else. */
const MAX_SHAPES = 16;
const MAX_LESSONS = 64;

export function createEventShapes(): EventShapes {
  return new Shapes();
}

class Shapes implements EventShapes {
  opening: EventShape | undefined;
  readonly #shapes: EventShape[] = [];
  readonly #match: { shape: EventShape; event: OpenAiChunk } = {} as { shape: EventShape; event: OpenAiChunk };
  #lessons = 0;

  find(
    bytes: Uint8Array,
    start: number,
    end: number,
    expected: EventShape | undefined,
    isSearched: boolean,
  ): EventMatch | undefined {
    const event = expected?.read(bytes, start, end);
    if (event !== undefined) return this.#found(expected as EventShape, event);
    if (!isSearched) return undefined;
    for (const shape of this.#shapes) {
      if (shape === expected) continue;
      const read = shape.read(bytes, start, end);
      if (read !== undefined) return this.#found(shape, read);
    }
    return undefined;
  }

  #found(shape: EventShape, event: OpenAiChunk): EventMatch {
    this.#match.shape = shape;
    this.#match.event = event;
    return this.#match;
  }

  learn(data: Uint8Array, event: OpenAiChunk): EventShape | undefined {
    if (this.#shapes.length >= MAX_SHAPES || this.#lessons >= MAX_LESSONS) return undefined;
    this.#lessons += 1;
    const shape = createEventShape(data, event);
    if (shape !== undefined) this.#shapes.push(shape);
    return shape;
  }
}
