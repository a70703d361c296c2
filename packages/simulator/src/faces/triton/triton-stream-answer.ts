import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { LAST_CHUNK, toChunk } from '../../http/response-head.ts';
import { respondWith } from '../respond-with.ts';
import { tritonFaultCode } from './fault-code.ts';
import { errorJson, responseJson, toEvent } from './response-text.ts';
import { bodyHead, chunkedHead } from './triton-head.ts';
import type { TritonRequest } from './triton-request.ts';

/** The refusal of a full queue. */
export const QUEUE_FULL = '[request id: <id_unknown>] Exceeds maximum queue size';

/**
 * `generate_stream` of a model that sends a response per step. The head leaves with the first response, and the end of the body
 * is the end.
 */
export class TritonStreamAnswer extends StreamAnswer {
  readonly #request: TritonRequest;

  constructor(context: AnswerContext, request: TritonRequest) {
    super(context, chunkedHead(200, 'events', context.fault?.kind === 'close'));
    this.#request = request;
  }

  /** No tokens are no responses: an empty body at once. */
  override start(): void {
    if (this.#request.outputTokens > 0) {
      super.start();
      return;
    }
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    this.end('complete');
    respondWith(this.context.connection, chunkedHead(200, 'events') + LAST_CHUNK, '');
  }

  protected override begin(): void {
    if (this.fault?.kind !== 'no-first-token') super.begin();
  }

  protected override submitted(): void {
    // The head waits for the first response of the model.
  }

  protected override role(): string {
    return '';
  }

  protected override content(job: ChoiceJob, words: string, from: number): string {
    return this.#event(job, words, from, undefined);
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    return this.#event(job, words, from, this.finishReason ?? undefined);
  }

  protected override ending(): string {
    return '';
  }

  protected override emptyEnding(): string {
    return '';
  }

  protected override errorEvents(): string {
    return toChunk(toEvent(errorJson(`engine failed at token ${this.tokens}`)));
  }

  protected override malformedEvent(): string {
    return toChunk('data: {"model_name":"broken","text_ou\n\n');
  }

  protected override refuseForQueue(): void {
    this.respond('refused', 503, 'application/json', errorJson(QUEUE_FULL));
  }

  protected override get refusedCode(): string {
    return 'HTTP_503';
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, 'application/json', errorJson(`Planned fault: HTTP ${status}.`));
  }

  /** A model that fails before its first response: 400 whose body is an event. */
  protected override reply(status: number, contentType: string, body: string): void {
    const { connection } = this.context;
    if (status === 400) respondWith(connection, chunkedHead(400, 'events') + toChunk(toEvent(body)) + LAST_CHUNK, '');
    else respondWith(connection, bodyHead(status, contentType, Buffer.byteLength(body)), body);
  }

  protected override faultCode(): string | null {
    return tritonFaultCode(this.fault, this.#request);
  }

  #event(job: ChoiceJob, text: string, from: number, finishReason: string | undefined): string {
    const isWrong = this.fault?.kind === 'wrong-usage';
    const tokens = isWrong ? 0 : job.sent - from;
    return toChunk(
      toEvent(responseJson(this.#request, { text, tokens, promptTokens: job.promptTokens, finishReason })),
    );
  }
}
