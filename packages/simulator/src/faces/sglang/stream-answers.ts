import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import type { UsageCounts } from '../../api/event-text.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { LAST_CHUNK, toChunk } from '../../http/response-head.ts';
import { respondWith } from '../respond-with.ts';
import type { UvicornHeads } from '../uvicorn-heads.ts';
import { sglangFaultCode } from './fault-code.ts';
import { type AnswerPlace, chatEvent, chatUsageEvent, completionEvent, completionUsageEvent } from './openai-text.ts';
import { abortOf, END_TOKEN, type Finish, finishOf, idsOf, joinIds, outputJson, toEvent } from './output-text.ts';
import { faultRefusal, nativeErrorData, openAiErrorData, QUEUE_FULL } from './sglang-refusal.ts';
import type { SglangRequest } from './sglang-request.ts';

const DONE: string = toChunk('data: [DONE]\n\n');
const ENGINE_FAILED = 'Planned fault: the engine failed in the middle of the stream.';

/** What SGLang's streams share: the head leaves at once, `[DONE]` ends everything, a full queue is told in the stream. */
abstract class SglangStreamAnswer extends StreamAnswer {
  protected readonly request: SglangRequest;
  readonly #heads: UvicornHeads;

  constructor(context: AnswerContext, request: SglangRequest, heads: UvicornHeads) {
    super(context, heads.stream(context.fault?.kind === 'close'));
    this.request = request;
    this.#heads = heads;
  }

  /** The event that tells of a full queue. */
  protected abstract queueFullEvent(): string;

  protected override emptyEnding(): string {
    return DONE;
  }

  protected override malformedEvent(): string {
    return toChunk('data: {"text":"broken","output_ids":[1],"meta_in\n\n');
  }

  protected override refuseForQueue(): void {
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    this.end('refused');
    const events = toChunk(this.queueFullEvent()) + DONE + LAST_CHUNK;
    respondWith(this.context.connection, this.#heads.stream(false) + events, '');
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, 'application/json', faultRefusal(status).body);
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    this.#heads.respond(this.context.connection, status, contentType, body, extra);
  }

  protected override faultCode(): string | null {
    return sglangFaultCode(this.fault, this.request);
  }

  protected counts(job: ChoiceJob): UsageCounts {
    return { promptTokens: job.promptTokens, completionTokens: job.sent, cachedTokens: this.usage(0).cachedTokens };
  }
}

/** The native interface: every event repeats text and token IDs from the start. */
export class GenerateStreamAnswer extends SglangStreamAnswer {
  readonly #texts: string[] = [];
  readonly #ids: string[] = [];

  protected override role(): string {
    return '';
  }

  protected override content(job: ChoiceJob, words: string): string {
    return this.#event(job, words, null);
  }

  protected override finish(job: ChoiceJob, words: string): string {
    return this.#event(job, words, finishOf(this.finishReason, job.outputTokens));
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? DONE : '';
  }

  protected override errorEvents(): string {
    return toChunk(toEvent(nativeErrorData(ENGINE_FAILED))) + DONE;
  }

  protected override queueFullEvent(): string {
    const usage = { promptTokens: this.promptTokens, completionTokens: 0, cachedTokens: 0 };
    return toEvent(outputJson({ id: this.id, text: '', idsText: '', usage, finish: abortOf(QUEUE_FULL, 503) }));
  }

  protected override get refusedCode(): string {
    return 'SERVER_ABORTED';
  }

  #event(job: ChoiceJob, words: string, finish: Finish): string {
    const { choice } = job;
    const text = (this.#texts[choice] ?? '') + words;
    const hasEnd = job.sent === job.outputTokens && this.context.request.finishReason === 'stop';
    const idsText = joinIds(joinIds(this.#ids[choice] ?? '', idsOf(words)), hasEnd ? String(END_TOKEN) : '');
    this.#texts[choice] = text;
    this.#ids[choice] = idsText;
    const isWrong = this.fault?.kind === 'wrong-usage' && finish !== null;
    const usage = isWrong ? { ...this.counts(job), completionTokens: 0 } : this.counts(job);
    const e2eSeconds = finish === null ? undefined : Number(process.hrtime.bigint() - this.context.arrivalNs) / 1e9;
    const index = this.request.isList ? choice : undefined;
    return toChunk(toEvent(outputJson({ id: this.id, text, idsText, usage, finish, e2eSeconds, index })));
  }
}

/** OpenAI's interfaces: usage in an event of its own before `[DONE]`. */
abstract class OpenAiStreamAnswer extends SglangStreamAnswer {
  protected readonly place: AnswerPlace;

  constructor(context: AnswerContext, request: SglangRequest, heads: UvicornHeads) {
    super(context, request, heads);
    this.place = { id: this.id, createdSeconds: context.createdSeconds, model: request.model };
  }

  protected abstract usageEvent(usage: UsageCounts): string;

  protected override ending(hasTerminator: boolean): string {
    const isWrong = this.fault?.kind === 'wrong-usage';
    const usage = this.usage(isWrong ? 0 : this.tokens);
    return (this.request.hasUsage ? toChunk(this.usageEvent(usage)) : '') + (hasTerminator ? DONE : '');
  }

  protected override errorEvents(): string {
    return toChunk(toEvent(openAiErrorData(400, 'BadRequestError', ENGINE_FAILED))) + DONE;
  }

  protected override queueFullEvent(): string {
    return toEvent(openAiErrorData(503, 'SERVICE_UNAVAILABLE', QUEUE_FULL));
  }

  protected override get refusedCode(): string {
    return 'STREAM_ERROR_EVENT';
  }

  protected eventUsage(job: ChoiceJob): UsageCounts | undefined {
    return this.request.hasContinuousUsage ? this.counts(job) : undefined;
  }
}

/** Chat: a role event, content, and an event that holds the finish reason alone. */
export class ChatStreamAnswer extends OpenAiStreamAnswer {
  protected override role(job: ChoiceJob): string {
    const choice = { index: job.choice, delta: { role: 'assistant', content: '' }, reason: null };
    return toChunk(chatEvent(this.place, choice, undefined));
  }

  protected override content(job: ChoiceJob, words: string): string {
    if (words === '') return '';
    const choice = { index: job.choice, delta: { content: words }, reason: null };
    return toChunk(chatEvent(this.place, choice, this.eventUsage(job)));
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const choice = { index: job.choice, delta: {}, reason: this.finishReason };
    return this.content(job, words) + toChunk(chatEvent(this.place, choice, undefined));
  }

  protected override usageEvent(usage: UsageCounts): string {
    return chatUsageEvent(this.place, usage);
  }
}

/** Completions: the last event of a choice holds its last text and the reason. */
export class CompletionsStreamAnswer extends OpenAiStreamAnswer {
  protected override role(): string {
    return '';
  }

  protected override content(job: ChoiceJob, words: string): string {
    return this.#event(job, words, null);
  }

  protected override finish(job: ChoiceJob, words: string): string {
    return this.#event(job, words, this.finishReason);
  }

  protected override usageEvent(usage: UsageCounts): string {
    return completionUsageEvent(this.place, usage);
  }

  #event(job: ChoiceJob, text: string, reason: string | null): string {
    return toChunk(completionEvent(this.place, { index: job.choice, text, reason }, this.eventUsage(job)));
  }
}
