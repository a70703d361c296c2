import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { BodyText } from './body-text.ts';
import type { WholeAnswer } from './whole-body.ts';

/** What an interface reads from an answer that came as a whole; also from a refused stream, whose error is no stream. */
export type ReadWhole = (answer: WholeAnswer) => DecodedResponse;

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** Reads an answer that is not streamed: there is no first token, the whole text comes at once. */
export class WholeBodyDecoder implements ResponseDecoder {
  readonly #read: ReadWhole;
  readonly #body = new BodyText();
  #status = 0;
  #headers = NO_HEADERS;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  constructor(read: ReadWhole) {
    this.#read = read;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#headers = headers;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    return this.#read({ status: this.#status, headers: this.#headers, body: this.#body, end });
  }
}
