import type { AnswerContext } from '../../api/answer.ts';
import { answerText } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import { LAST_CHUNK, toChunk } from '../../http/response-head.ts';
import { respondWith } from '../respond-with.ts';
import { tritonFaultCode } from './fault-code.ts';
import { errorJson, responseJson, toEvent } from './response-text.ts';
import { bodyHead, chunkedHead } from './triton-head.ts';
import type { TritonRequest } from './triton-request.ts';
import { QUEUE_FULL } from './triton-stream-answer.ts';

const NOT_ONE_RESPONSE =
  'generate expects model to produce exactly 1 response, use generate stream for model that generates various number of responses';

/**
 * `generate`, and `generate_stream` of a model that was told to answer once. The body comes in one chunk. A model that streams
 * gives `generate` more than one response: an error body under HTTP 200.
 */
export class TritonPlainAnswer extends PlainAnswer {
  readonly #request: TritonRequest;

  constructor(context: AnswerContext, request: TritonRequest) {
    super(context);
    this.#request = request;
  }

  /** No tokens, no responses. */
  override start(): void {
    if (this.#request.outputTokens > 0) {
      super.start();
      return;
    }
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    this.end('complete');
    const body = this.#request.isStreaming ? LAST_CHUNK : this.#framed(errorJson(NOT_ONE_RESPONSE));
    respondWith(this.context.connection, this.head(0) + body, '');
  }

  protected override head(lengthBytes: number): string {
    // Half a body could not be told from a cut one inside a chunk.
    if (this.fault?.kind === 'malformed') return bodyHead(200, 'application/json', lengthBytes);
    return chunkedHead(200, this.#request.isStreaming ? 'events' : 'json', this.fault?.kind === 'close');
  }

  protected override body(): string {
    const request = this.#request;
    const hasOneResponse = !request.isModelStreaming || request.outputTokens === 1;
    if (!hasOneResponse && !request.isStreaming) return this.#framed(errorJson(NOT_ONE_RESPONSE));
    const json = responseJson(request, {
      text: request.echoedPrompt + answerText(this.context.requestIndex, 0, this.textTokens),
      tokens: this.fault?.kind === 'wrong-usage' ? 0 : this.tokens,
      promptTokens: this.promptTokens,
      finishReason: this.finishReason ?? undefined,
    });
    return this.fault?.kind === 'malformed' ? json : this.#framed(json);
  }

  protected override errorBody(): string {
    return errorJson('Planned fault: the engine failed.');
  }

  #framed(json: string): string {
    return toChunk(this.#request.isStreaming ? toEvent(json) : json) + LAST_CHUNK;
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

  /** Under 200 a stream was begun: what follows is an event, or nothing. A model that fails is 400, framed as a good answer. */
  protected override reply(status: number, contentType: string, body: string): void {
    const { isStreaming } = this.#request;
    const isOfModel = status === 400 || (status === 200 && isStreaming && contentType === 'application/json');
    const { connection } = this.context;
    if (isOfModel) {
      const rest = body === '' ? LAST_CHUNK : this.#framed(body);
      respondWith(connection, chunkedHead(status, isStreaming ? 'events' : 'json') + rest, '');
    } else respondWith(connection, bodyHead(status, contentType, Buffer.byteLength(body)), body);
  }

  protected override faultCode(): string | null {
    const request = this.#request;
    const isRefused = request.isModelStreaming && request.outputTokens !== 1 && !request.isStreaming;
    const code = tritonFaultCode(this.fault, request);
    return isRefused && code === null ? 'ERROR_BODY' : code;
  }
}
