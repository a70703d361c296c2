import type { AnswerContext } from '../../api/answer.ts';
import { answerText } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import type { UvicornHeads } from '../uvicorn-heads.ts';
import { sglangFaultCode } from './fault-code.ts';
import { openAiBody } from './openai-text.ts';
import { END_TOKEN, finishOf, idsOf, joinIds, outputJson } from './output-text.ts';
import { faultRefusal, QUEUE_FULL, refuse } from './sglang-refusal.ts';
import type { SglangRequest } from './sglang-request.ts';

const JSON_TYPE = 'application/json';

/** SGLang's bodies: one output, a list of them for a list of prompts, or OpenAI's. */
export class SglangPlainAnswer extends PlainAnswer {
  readonly #request: SglangRequest;
  readonly #heads: UvicornHeads;

  constructor(context: AnswerContext, request: SglangRequest, heads: UvicornHeads) {
    super(context);
    this.#request = request;
    this.#heads = heads;
  }

  protected override head(lengthBytes: number): string {
    return this.#heads.body(200, JSON_TYPE, lengthBytes, this.fault?.kind === 'close' ? 'connection: close\r\n' : '');
  }

  protected override body(): string {
    const request = this.#request;
    const isWrong = this.fault?.kind === 'wrong-usage';
    const { requestIndex, createdSeconds } = this.context;
    const texts = this.jobs.map((job) => answerText(requestIndex + job.choice, 0, this.textTokens));
    if (request.api !== 'native') {
      const place = { id: this.id, createdSeconds, model: request.model };
      const usage = this.usage(isWrong ? 0 : this.tokens);
      return openAiBody(place, request.api, { texts, reason: this.finishReason, usage });
    }
    const outputs = texts.map((text, index) => this.#output(text, index, isWrong));
    return request.isList ? `[${outputs.join(',')}]` : (outputs[0] ?? '');
  }

  #output(text: string, index: number, isWrong: boolean): string {
    const { outputTokens, finishReason } = this.#request;
    return outputJson({
      id: this.id,
      text,
      idsText: joinIds(idsOf(text), finishReason === 'stop' ? String(END_TOKEN) : ''),
      usage: {
        promptTokens: this.jobs[index]?.promptTokens ?? 0,
        completionTokens: isWrong ? 0 : outputTokens,
        cachedTokens: this.usage(0).cachedTokens,
      },
      finish: finishOf(this.finishReason, outputTokens),
      e2eSeconds: Number(process.hrtime.bigint() - this.context.arrivalNs) / 1e9,
    });
  }

  protected override errorBody(): string {
    return refuse(500, '500', 'Planned fault: the engine failed.').body;
  }

  protected override get errorStatus(): number {
    return 500;
  }

  protected override refuseForQueue(): void {
    this.respond('refused', 503, JSON_TYPE, refuse(503, '503', QUEUE_FULL).body);
  }

  protected override get refusedCode(): string {
    return 'HTTP_503';
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, JSON_TYPE, faultRefusal(status).body);
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    this.#heads.respond(this.context.connection, status, contentType, body, extra);
  }

  protected override faultCode(): string | null {
    return sglangFaultCode(this.fault, this.#request);
  }
}
