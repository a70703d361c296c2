import type { AnswerContext } from '../../api/answer.ts';
import { answerText, jsonAscii } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import { respondWith } from '../respond-with.ts';
import type { UvicornHeads } from '../uvicorn-heads.ts';
import { refuse, refuseUpstream } from './kserve-refusal.ts';
import { UPSTREAM_FULL } from './kserve-stream-answer.ts';
import type { KserveNativeRequest } from './read-native.ts';
import type { OpenAiApi } from './read-openai.ts';
import { upstreamBody } from './upstream-text.ts';

/** What all whole answers of KServe have in common: an exception is a text under HTTP 500. */
abstract class KservePlainAnswer extends PlainAnswer {
  protected readonly heads: UvicornHeads;

  constructor(context: AnswerContext, heads: UvicornHeads) {
    super(context);
    this.heads = heads;
  }

  protected override head(lengthBytes: number): string {
    const extra = this.fault?.kind === 'close' ? 'connection: close\r\n' : '';
    return this.heads.body(200, 'application/json', lengthBytes, extra);
  }

  protected textOf(choice: number): string {
    return answerText(this.context.requestIndex + choice, 0, this.textTokens);
  }

  protected override get errorStatus(): number {
    return 500;
  }

  protected override errorBody(): string {
    return jsonAscii({ error: 'RuntimeError : engine failed' });
  }

  protected override refuseForQueue(): void {
    const { status, body } = refuseUpstream(UPSTREAM_FULL);
    this.respond('refused', status, 'application/json', jsonAscii(body));
  }

  protected override get refusedCode(): string {
    return 'HTTP_502';
  }

  protected override respondFault(status: number): void {
    const { body } = refuse(status, `RuntimeError : planned fault ${status}`);
    this.respond('complete', status, 'application/json', jsonAscii(body));
  }

  protected override reply(status: number, contentType: string, body: string): void {
    const head = this.heads.body(status, contentType, Buffer.byteLength(body));
    respondWith(this.context.connection, head, body);
  }

  protected override faultCode(): string | null {
    return this.fault?.kind === 'error-event' ? `HTTP_${this.errorStatus}` : super.faultCode();
  }
}

/** Bodies of the OpenAI routes. With several choices usage and timings are those of the first, as the engine behind says. */
export class KserveOpenAiAnswer extends KservePlainAnswer {
  readonly #api: OpenAiApi;

  constructor(context: AnswerContext, api: OpenAiApi, heads: UvicornHeads) {
    super(context, heads);
    this.#api = api;
  }

  protected override body(): string {
    const { request, createdSeconds, arrivalNs } = this.context;
    const nowNs = process.hrtime.bigint();
    const firstNs = this.firstTokenNs ?? nowNs;
    const choices = this.jobs.map(({ choice }) => ({ text: this.textOf(choice), reason: this.finishReason ?? '' }));
    const promptTokens = this.jobs[0]?.promptTokens ?? 0;
    const { cachedTokens } = this.usage(0);
    const usage = {
      promptTokens,
      completionTokens: this.fault?.kind === 'wrong-usage' ? 0 : request.outputTokens,
      cachedTokens: Math.min(cachedTokens, promptTokens),
    };
    const timing = {
      predictedTokens: request.outputTokens,
      promptMs: Number(firstNs - arrivalNs) / 1e6,
      predictedMs: Number(nowNs - firstNs) / 1e6,
    };
    return upstreamBody({ api: this.#api, id: this.id, model: request.model, createdSeconds }, choices, {
      usage,
      timing,
    });
  }
}

/** Bodies of V1's `:predict` and V2's `infer`, which know neither counts nor reasons. */
export class KserveNativeAnswer extends KservePlainAnswer {
  readonly #request: KserveNativeRequest;

  constructor(context: AnswerContext, request: KserveNativeRequest, heads: UvicornHeads) {
    super(context, heads);
    this.#request = request;
  }

  protected override body(): string {
    const { protocol, requestId, shape, model } = this.#request;
    const texts = this.jobs.map(({ choice }) => this.textOf(choice));
    if (protocol === 'v1') return jsonAscii({ predictions: texts });
    return jsonAscii({
      model_name: model,
      model_version: null,
      id: requestId ?? `${this.id}`,
      parameters: null,
      outputs: [{ name: 'text_output', shape, datatype: 'BYTES', parameters: null, data: texts }],
    });
  }

  /** What only counts or reasons could show is not to be seen. */
  protected override faultCode(): string | null {
    const kind = this.fault?.kind;
    return kind === 'abort' || kind === 'wrong-usage' ? null : super.faultCode();
  }
}
