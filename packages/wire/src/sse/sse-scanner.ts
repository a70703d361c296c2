import { ByteStore } from '../byte-store.ts';

/** Receives events. The bytes are valid during the call only; `[start, end)` is the data without the field name. */
export interface SseHandler {
  /** One event with data; several data lines are joined by LF. `eventType` is empty when the stream names none. */
  onEvent(bytes: Uint8Array, start: number, end: number, eventType: string): void;
  /** A field `error`, which the rules do not know: llama.cpp of before 2025 tells the failure of a stream by it. */
  onErrorField?(text: string): void;
  /** A comment line: a keep-alive that is no progress. */
  onComment?(): void;
  /** An event or line exceeds the limit; the scanner ignores everything after it. */
  onTooLarge?(): void;
}

export interface SseScanner {
  push(bytes: Uint8Array, start: number, end: number): void;
  /** True when bytes of an event came that no blank line has ended. */
  readonly hasUnfinishedEvent: boolean;
  /** True where the next byte begins an event and nothing read before has a bearing on it. */
  readonly isBetweenEvents: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;

/**
 * Server-sent events by the WHATWG rules ("Interpreting an event stream"): LF, CR and CRLF end lines, a byte order mark is skipped,
 * one space after the colon is dropped, an event without its blank line is no event. The result does not depend on how the bytes are cut.
 * Data is copied only when an event spans several calls or has several data lines.
 */
export function createSseScanner(handler: SseHandler, options: { readonly maxEventBytes?: number } = {}): SseScanner {
  return new Scanner(handler, options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES);
}

class Scanner implements SseScanner {
  readonly #handler: SseHandler;
  readonly #maxEventBytes: number;
  /** A line whose end has not come yet. */
  readonly #line = new ByteStore();
  /** Data of the current event that had to be copied. */
  readonly #data = new ByteStore();
  /** A single data line of the current event that still stands in the bytes of this call. */
  #view: Uint8Array | undefined;
  #viewStart = 0;
  #viewEnd = 0;
  #hasData = false;
  #eventType = '';
  #isAfterCr = false;
  #isFirstLine = true;
  #isStopped = false;

  constructor(handler: SseHandler, maxEventBytes: number) {
    this.#handler = handler;
    this.#maxEventBytes = maxEventBytes;
  }

  get hasUnfinishedEvent(): boolean {
    return this.#hasData || this.#line.length > 0;
  }

  get isBetweenEvents(): boolean {
    return (
      !this.#hasData &&
      this.#line.length === 0 &&
      !this.#isAfterCr &&
      !this.#isFirstLine &&
      !this.#isStopped &&
      this.#eventType === ''
    );
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    let position = start;
    if (this.#isAfterCr && position < end) {
      this.#isAfterCr = false;
      if (bytes[position] === LF) position += 1;
    }
    // Nearly no server sends CR: one look per call keeps the common path at one search per line.
    // Searches stay inside the view: the rest of a read buffer holds older bytes.
    const base = position;
    const chunk = bytes.subarray(base, end);
    let nextCr = chunk.indexOf(CR);
    nextCr = nextCr < 0 ? end : nextCr + base;
    while (position < end && !this.#isStopped) {
      let lineEnd = chunk.indexOf(LF, position - base);
      lineEnd = lineEnd < 0 ? end : lineEnd + base;
      let next = lineEnd + 1;
      if (nextCr < lineEnd) {
        lineEnd = nextCr;
        next = lineEnd + 1;
        if (next === end) this.#isAfterCr = true;
        else if (bytes[next] === LF) next += 1;
        nextCr = chunk.indexOf(CR, next - base);
        nextCr = nextCr < 0 ? end : nextCr + base;
      }
      if (lineEnd === end) {
        this.#keepPartialLine(bytes, position, end);
        break;
      }
      if (this.#line.length === 0) this.#onLine(bytes, position, lineEnd);
      else this.#onSplitLine(bytes, position, lineEnd);
      position = next;
    }
    this.#keepView();
  }

  #keepPartialLine(bytes: Uint8Array, start: number, end: number): void {
    this.#line.append(bytes, start, end);
    if (this.#line.length + this.#data.length > this.#maxEventBytes) this.#stop();
  }

  #onSplitLine(bytes: Uint8Array, start: number, end: number): void {
    this.#line.append(bytes, start, end);
    // The store is reused by the next partial line, so the view into it must be settled before this call returns.
    this.#keepView();
    const { length } = this.#line;
    this.#line.length = 0;
    this.#onLine(this.#line.bytes, 0, length);
    this.#keepView();
  }

  #keepView(): void {
    if (this.#view === undefined) return;
    this.#data.append(this.#view, this.#viewStart, this.#viewEnd);
    this.#view = undefined;
  }

  #stop(): void {
    this.#isStopped = true;
    this.#handler.onTooLarge?.();
  }

  #onLine(bytes: Uint8Array, lineStart: number, end: number): void {
    let start = lineStart;
    if (this.#isFirstLine) {
      this.#isFirstLine = false;
      if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf && start + 3 <= end)
        start += 3;
    }
    if (start === end) this.#dispatch();
    else if (isDataField(bytes, start, end)) this.#onData(bytes, start + 4, end);
    else if (bytes[start] === COLON) this.#handler.onComment?.();
    else this.#onOtherField(bytes, start, end);
  }

  #onData(bytes: Uint8Array, afterName: number, end: number): void {
    let start = afterName;
    if (start < end) start += 1;
    if (start < end && bytes[start] === SPACE) start += 1;
    if (this.#hasData) {
      this.#keepView();
      this.#data.appendByte(LF);
      this.#data.append(bytes, start, end);
    } else {
      this.#hasData = true;
      this.#view = bytes;
      this.#viewStart = start;
      this.#viewEnd = end;
    }
    if (this.#data.length + end - start > this.#maxEventBytes) this.#stop();
  }

  #onOtherField(bytes: Uint8Array, start: number, end: number): void {
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    if (text === 'event' || text.startsWith('event:')) this.#eventType = text.slice(6).replace(/^ /, '');
    else if (text.startsWith('error:')) this.#handler.onErrorField?.(text.slice(6).trim());
  }

  #dispatch(): void {
    if (this.#hasData) {
      this.#hasData = false;
      if (this.#view !== undefined) {
        const view = this.#view;
        this.#view = undefined;
        this.#handler.onEvent(view, this.#viewStart, this.#viewEnd, this.#eventType);
      } else {
        const { length } = this.#data;
        this.#data.length = 0;
        this.#handler.onEvent(this.#data.bytes, 0, length, this.#eventType);
      }
    }
    this.#eventType = '';
  }
}

/** The field `data`: the name alone or followed by a colon. */
function isDataField(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    bytes[start] === 0x64 &&
    bytes[start + 1] === 0x61 &&
    bytes[start + 2] === 0x74 &&
    bytes[start + 3] === 0x61 &&
    end - start >= 4 &&
    (end - start === 4 || bytes[start + 4] === COLON)
  );
}
