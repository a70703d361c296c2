import { BytePattern } from './byte-pattern.ts';
import { type EventValue, findEventValues } from './event-values.ts';
import { jsonTextEnd } from './json-text.ts';
import type { OpenAiChunk, OpenAiUsage } from './openai-event.ts';

/** The bytes of one kind of event around the values in which events of that kind differ. */
export interface EventShape {
  /** The shape that came after this one last time: streams repeat each other. */
  successor: EventShape | undefined;
  /** What data `[start, end)` says when it has this shape, else `undefined`. */
  read(bytes: Uint8Array, start: number, end: number): OpenAiChunk | undefined;
  /** Where the one content string of the event read last lies, offsets into its bytes; -1 when it has none or carries more than that. */
  readonly contentStart: number;
  readonly contentEnd: number;
}

const ZERO = 0x30;
const MAX_DIGITS = 15;

/**
 * Learns from one fully parsed event. Strings of content and identity may be replaced by any other text that is valid in a JSON string
 * and counts by any whole number, and the JSON keeps its structure: what stays equal byte for byte says the same, what is replaced is read from its
 * place. So a match proves what a parse would find. `undefined` when `data` holds no value that varies.
 */
export function createEventShape(data: Uint8Array, event: OpenAiChunk): EventShape | undefined {
  const values = findEventValues(data);
  if (values.length === 0) return undefined;
  return new Shape(data, event, values);
}

class Shape implements EventShape {
  successor: EventShape | undefined;
  contentStart = -1;
  contentEnd = -1;
  readonly #event: OpenAiChunk;
  readonly #values: readonly EventValue[];
  /** Fixed bytes: before each value and, last, behind the last one. */
  readonly #fixed: readonly BytePattern[];
  readonly #counts: Float64Array;
  readonly #hasUsage: boolean;
  /** The value that is the only content; -1 when there is none, or the event carries counts beside it. */
  readonly #contentValue: number;

  constructor(data: Uint8Array, event: OpenAiChunk, values: readonly EventValue[]) {
    this.#event = event;
    this.#values = values;
    this.#counts = new Float64Array(values.length);
    this.#hasUsage = event.usage !== undefined;
    const fixed: BytePattern[] = [];
    let from = 0;
    for (const { start, end } of values) {
      fixed.push(new BytePattern(copy(data, from, start)));
      from = end;
    }
    fixed.push(new BytePattern(copy(data, from, data.length)));
    this.#fixed = fixed;
    const contents = values.filter(({ kind }) => kind === 'content');
    const isPlain =
      contents.length === 1 && event.usage === undefined && event.listedTokens === undefined && isOpenChoice(event);
    this.#contentValue = isPlain ? values.findIndex(({ kind }) => kind === 'content') : -1;
  }

  read(bytes: Uint8Array, start: number, end: number): OpenAiChunk | undefined {
    const values = this.#values;
    let position = start;
    for (let index = 0; index < values.length; index += 1) {
      const before = this.#fixed[index] as BytePattern;
      if (!before.isAt(bytes, position, end)) return undefined;
      position += before.length;
      const { kind } = values[index] as EventValue;
      const valueEnd =
        kind === 'count' ? this.#countEnd(index, bytes, position, end) : jsonTextEnd(bytes, position, end);
      if (valueEnd === position) return undefined;
      if (index === this.#contentValue) {
        this.contentStart = position;
        this.contentEnd = valueEnd;
      }
      position = valueEnd;
    }
    const last = this.#fixed[values.length] as BytePattern;
    if (position + last.length !== end || !last.isAt(bytes, position, end)) return undefined;
    return this.#hasUsage ? { ...this.#event, usage: this.#usage() } : this.#event;
  }

  /** Offset after a whole number without a leading zero, whose value is kept; `start` when there is none. */
  #countEnd(index: number, bytes: Uint8Array, start: number, end: number): number {
    const mostEnd = Math.min(end, start + MAX_DIGITS);
    let position = start;
    let count = 0;
    for (; position < mostEnd; position += 1) {
      const digit = (bytes[position] as number) - ZERO;
      if (digit < 0 || digit > 9) break;
      count = 10 * count + digit;
    }
    if (bytes[start] === ZERO && position - start > 1) return start;
    this.#counts[index] = count;
    return position;
  }

  #usage(): OpenAiUsage {
    const usage = { ...(this.#event.usage as OpenAiUsage) };
    const values = this.#values;
    for (let index = 0; index < values.length; index += 1) {
      const { field } = values[index] as EventValue;
      if (field !== undefined) usage[field] = this.#counts[index];
    }
    return usage;
  }
}

/** Not slice(): that of a Node.js Buffer gives a view, and the memory is used again. */
const copy = (data: Uint8Array, start: number, end: number): Uint8Array => new Uint8Array(data.subarray(start, end));

/** One choice that goes on. */
function isOpenChoice({ finishReasons, choiceIndexes, toolPieces }: OpenAiChunk): boolean {
  return finishReasons.length === 0 && choiceIndexes.length === 1 && toolPieces.length === 0;
}
