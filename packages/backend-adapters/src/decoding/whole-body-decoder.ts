import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { type AnswerSummary, NO_ANSWER } from './answer-protocol.ts';
import { BodyText } from './body-text.ts';
import type { Failure } from './failure.ts';
import { readWholeBody } from './whole-body.ts';

/** What a body says in a runtime's own protocol. */
export type ReadAnswer = (value: Readonly<Record<string, unknown>>) => {
  readonly failure: Failure | undefined;
  readonly summary: AnswerSummary;
};

/** Reads an answer that is not streamed: there is no first token, the whole text comes at once. */
export class NativePlainDecoder implements ResponseDecoder {
  readonly #readAnswer: ReadAnswer;
  readonly #body = new BodyText();
  #status = 0;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  constructor(readAnswer: ReadAnswer) {
    this.#readAnswer = readAnswer;
  }

  onHeaders(status: number): void {
    this.#status = status;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    const body = readWholeBody(this.#status, this.#body, end);
    if ('failure' in body) return { ...NO_ANSWER, ...body.failure };
    const { failure, summary } = this.#readAnswer(body.value);
    return { ...summary, outcome: failure?.outcome ?? 'ok', code: failure?.code, message: failure?.message };
  }
}
