import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import type { UsageCounts } from '../../api/event-text.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { toChunk } from '../../http/response-head.ts';
import { respondWith } from '../respond-with.ts';
import type { UvicornHeads } from '../uvicorn-heads.ts';
import { refuse, refuseUpstream } from './kserve-refusal.ts';
import type { KserveOpenAiRequest, OpenAiApi } from './read-openai.ts';
import { DONE_EVENT, NULL_EVENT, type Timing, UpstreamEvents } from './upstream-text.ts';

/** What the engine behind says when it takes no more requests. */
export const UPSTREAM_FULL = '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}';
const DONE: string = toChunk(DONE_EVENT);

/** Streams of the OpenAI routes. The head leaves with the first event, as KServe waits for that of the engine behind. */
export class KserveStreamAnswer extends StreamAnswer {
  readonly #request: KserveOpenAiRequest;
  readonly #heads: UvicornHeads;
  readonly #events: UpstreamEvents;
  readonly #firstNs = new Map<number, bigint>();
  #hasNullEvent = false;

  constructor(context: AnswerContext, request: KserveOpenAiRequest, api: OpenAiApi, heads: UvicornHeads) {
    super(context, heads.stream(context.fault?.kind === 'close'));
    this.#request = request;
    this.#heads = heads;
    const { createdSeconds } = context;
    this.#events = new UpstreamEvents({ api, id: this.id, model: request.model, createdSeconds });
  }

  protected override begin(): void {
    if (this.fault?.kind !== 'no-first-token') super.begin();
  }

  protected override submitted(): void {
    // The head waits for the engine.
  }

  protected override role(job: ChoiceJob): string {
    this.#firstNs.set(job.choice, process.hrtime.bigint());
    const isFirst = this.#request.isPromptList && !this.#hasNullEvent;
    this.#hasNullEvent = true;
    const role = this.#events.role(job.choice);
    return (isFirst ? toChunk(NULL_EVENT) : '') + (role === '' ? '' : toChunk(role));
  }

  protected override content(job: ChoiceJob, words: string): string {
    return words === '' ? '' : toChunk(this.#events.content(job.choice, words));
  }

  /** Each choice has a usage of its own; on chat in an event behind its end. */
  protected override finish(job: ChoiceJob, words: string): string {
    const hasOwnUsage = this.#request.api === 'chat' && this.#request.hasUsage;
    const usage = this.#counts(job.promptTokens, job.sent);
    const timing = this.#timing(job.choice, job.sent);
    const reason = this.finishReason ?? '';
    const end = hasOwnUsage
      ? this.#events.finish(job.choice, reason, { usage, timing: undefined }) + this.#events.usage(usage, timing)
      : this.#events.finish(job.choice, reason, { usage, timing });
    return this.content(job, words) + toChunk(end);
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? DONE : '';
  }

  protected override emptyEnding(): string {
    return DONE;
  }

  protected override errorEvents(): string {
    const error = {
      code: 500,
      message: 'Planned fault: the engine failed in the middle of the stream.',
      type: 'server_error',
    };
    return toChunk(`data: ${JSON.stringify({ error })}\n\n`);
  }

  protected override malformedEvent(): string {
    return toChunk('data: {"choices":[{"finish_reason":null,"index":0,"del\n\n');
  }

  protected override refuseForQueue(): void {
    const { status, body } = refuseUpstream(UPSTREAM_FULL);
    this.respond('refused', status, 'application/json', JSON.stringify(body));
  }

  protected override get refusedCode(): string {
    return 'HTTP_502';
  }

  protected override respondFault(status: number): void {
    const { body } = refuse(status, `RuntimeError : planned fault ${status}`);
    this.respond('complete', status, 'application/json', JSON.stringify(body));
  }

  protected override reply(status: number, contentType: string, body: string): void {
    const head = this.#heads.body(status, contentType, Buffer.byteLength(body));
    respondWith(this.context.connection, head, body);
  }

  #counts(promptTokens: number, tokens: number): UsageCounts {
    const isWrong = this.fault?.kind === 'wrong-usage';
    return { ...this.usage(isWrong ? 0 : tokens), promptTokens };
  }

  #timing(choice: number, predictedTokens: number): Timing {
    const nowNs = process.hrtime.bigint();
    const firstNs = this.#firstNs.get(choice) ?? nowNs;
    return { predictedTokens, promptMs: toMs(firstNs - this.context.arrivalNs), predictedMs: toMs(nowNs - firstNs) };
  }
}

const toMs = (ns: bigint): number => Number(ns) / 1e6;
