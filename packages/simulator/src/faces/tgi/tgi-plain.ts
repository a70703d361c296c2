import type { AnswerContext } from '../../api/answer.ts';
import { answerText, jsonAscii } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import { tokenText } from '../../tokenizer.ts';
import type { GenerationTimes } from './generation-times.ts';
import { tgiFault } from './tgi-fault.ts';
import { computeLines, JSON_TYPE } from './tgi-heads.ts';
import { errorObject, OVERLOADED, PLANNED_FAILURE } from './tgi-refusal.ts';
import type { TgiRequest } from './tgi-request.ts';
import type { TgiParts } from './tgi-stream.ts';
import { tokenAt } from './tgi-token.ts';
import { FINGERPRINT, usageJson } from './tgi-usage.ts';

/** How a plain answer is wrapped: an object, the list of the route `/`, the texts of `/vertex`, or an OpenAI body. */
export type PlainShape = 'generate' | 'list' | 'vertex' | 'openai';

/** Every answer in one body, with counts and times in its headers. */
export class TgiPlain extends PlainAnswer {
  readonly #request: TgiRequest;
  readonly #parts: TgiParts;
  readonly #times: GenerationTimes;
  readonly #shape: PlainShape;

  constructor(
    context: AnswerContext,
    request: TgiRequest,
    parts: TgiParts & { readonly times: GenerationTimes; readonly shape: PlainShape },
  ) {
    super(context);
    this.#request = request;
    this.#parts = parts;
    this.#times = parts.times;
    this.#shape = parts.shape;
  }

  protected override head(lengthBytes: number): string {
    const extra = this.fault?.kind === 'close' ? 'connection: close\r\n' : '';
    return this.#parts.heads.body(200, JSON_TYPE, lengthBytes, { compute: this.#computeLines(), extra });
  }

  #computeLines(): string {
    if (this.#shape === 'vertex') return '';
    const { api, characters } = this.#request;
    const isWrong = this.fault?.kind === 'wrong-usage';
    const totalMs = this.#times.sumMs(({ totalSeconds }) => totalSeconds);
    const isBestOf = this.#shape !== 'openai';
    return computeLines({
      computeSeconds: api === 'completions' ? undefined : totalMs / 1000,
      characters,
      totalMs,
      queueMs: this.#times.sumMs(({ queueSeconds }) => queueSeconds),
      inferenceMs: this.#times.sumMs(({ prefillSeconds, decodeSeconds }) => prefillSeconds + decodeSeconds),
      promptTokens: isBestOf ? (this.jobs[0]?.promptTokens ?? 0) : this.promptTokens,
      generatedTokens: isWrong ? 0 : isBestOf ? this.#request.outputTokens : this.tokens,
    });
  }

  protected override body(): string {
    const isOpenAi = this.#shape === 'openai';
    if (this.finishReason === 'stop' && !isOpenAi) this.finishReason = 'eos_token';
    if (isOpenAi) return this.#openAiBody();
    if (this.#shape === 'vertex') return jsonAscii({ predictions: this.jobs.map((job) => this.#textOf(job.choice)) });
    const { before, hasDetails } = this.#request;
    const text = { generated_text: `${before}${this.#textOf(0)}` };
    const answer = hasDetails ? { ...text, details: this.#details(0) } : text;
    return jsonAscii(this.#shape === 'list' ? [answer] : answer);
  }

  #textOf(choice: number): string {
    return answerText(this.context.requestIndex + choice, 0, this.textTokens);
  }

  #details(choice: number): Record<string, unknown> {
    const { hasPrefill, topTokens } = this.#request;
    const tokens = Array.from({ length: this.#request.outputTokens }, (_, k) =>
      tokenAt(this.context.requestIndex + choice, k, this.textTokens),
    );
    const others = choice === 0 ? this.jobs.slice(1).map((job) => this.#candidate(job.choice)) : [];
    return {
      finish_reason: this.finishReason,
      generated_tokens: this.fault?.kind === 'wrong-usage' ? 0 : this.#request.outputTokens,
      seed: this.#request.seed,
      prefill: hasPrefill ? this.#prefill() : [],
      tokens,
      ...(topTokens > 0 ? { top_tokens: tokens.map((token) => new Array(topTokens).fill(token)) } : {}),
      ...(others.length > 0 ? { best_of_sequences: others } : {}),
    };
  }

  #candidate(choice: number): Record<string, unknown> {
    return { generated_text: this.#textOf(choice), ...this.#details(choice) };
  }

  /** The first token has no probability: nothing stands before it. */
  #prefill(): readonly Record<string, unknown>[] {
    const ids = Array.from(this.jobs[0]?.promptTokenIds ?? []);
    return ids.map((id, k) => ({ id, text: tokenText(id), logprob: k === 0 ? null : -1 }));
  }

  #openAiBody(): string {
    const { api, model } = this.#request;
    const isChat = api === 'chat';
    const choices = this.jobs.map(({ choice }) => {
      const text = this.#textOf(choice);
      const said = isChat ? { message: { role: 'assistant', ...this.#messageOf(text) } } : { text };
      return { index: choice, ...said, logprobs: null, finish_reason: this.finishReason };
    });
    const body = jsonAscii({
      object: isChat ? 'chat.completion' : 'text_completion',
      id: '',
      created: Math.floor(this.#parts.wallSeconds()),
      model: isChat ? model : this.#parts.model,
      system_fingerprint: FINGERPRINT,
      choices,
    });
    const usage = usageJson(this.promptTokens, this.fault?.kind === 'wrong-usage' ? 0 : this.tokens);
    return `${body.slice(0, -1)},"usage":${usage}}`;
  }

  #messageOf(text: string): Record<string, unknown> {
    const { tool } = this.#request;
    if (tool === undefined) return { content: text };
    const call = { description: null, name: tool.name, arguments: JSON.stringify({ [tool.parameter]: text }) };
    return { tool_calls: [{ id: '0', type: 'function', function: call }] };
  }

  protected override errorBody(): string {
    return errorObject(PLANNED_FAILURE);
  }

  protected override get errorStatus(): number {
    return PLANNED_FAILURE.status;
  }

  protected override refuseForQueue(): void {
    this.respond('refused', OVERLOADED.status, JSON_TYPE, errorObject(OVERLOADED));
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, JSON_TYPE, tgiFault(status));
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    const { connection } = this.context;
    connection.write(this.#parts.heads.body(status, contentType, body.length, { extra }) + body);
    connection.done();
  }
}
