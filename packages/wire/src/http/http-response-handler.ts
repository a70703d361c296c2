import type { HttpFailureCode } from './http-failure.ts';

/** Receives one response. Exactly one of `onComplete` and `onError` ends it, unless the reader is cancelled. */
export interface HttpResponseHandler {
  /** Final status and headers: names in lower case, values in ISO 8859-1, repeated fields joined by `, `. The map may be shared by equal heads. */
  onHead(status: number, headers: ReadonlyMap<string, string>): void;
  /** A view `[start, end)` of the bytes handed to `push`; valid during the call only. */
  onBody(bytes: Uint8Array, start: number, end: number): void;
  /** The framing ended. `isReusable` is what HTTP says about the connection; unread bytes in `push` speak against it. */
  onComplete(isReusable: boolean): void;
  onError(code: HttpFailureCode, message: string): void;
  /** A 1xx response (RFC 9110 §15.2), before the final one. */
  onInformational?(status: number): void;
  onTrailer?(name: string, value: string): void;
}

export interface HttpReaderLimits {
  /** Status line and headers, and likewise trailers, of one response in bytes. Default 16,384 as in Node.js. */
  readonly maxHeadBytes: number;
  readonly maxHeaders: number;
  /** A chunk's first line with its extensions. */
  readonly maxChunkLineBytes: number;
  /** 1xx responses before the final one. */
  readonly maxInformational: number;
}

export const DEFAULT_HTTP_READER_LIMITS: HttpReaderLimits = {
  maxHeadBytes: 16_384,
  maxHeaders: 256,
  maxChunkLineBytes: 4_096,
  maxInformational: 32,
};

/** Incremental HTTP/1.1 response reader: one per connection, one response at a time. */
export interface HttpResponseReader {
  /** Gets ready for the next response. `method` is that of the request: a response to HEAD has no body. */
  reset(method: string): void;
  /** Reads bytes `[start, end)`; returns the offset of the first byte that is not part of this response, else `end`. */
  push(bytes: Uint8Array, start: number, end: number): number;
  /** The peer closed its side. Completes a body that lasts until close; everything else unfinished is an error. */
  finish(): void;
  /** Stops without a further callback. */
  cancel(): void;
}
