import type { DueQueue } from '../engine/due-queue.ts';
import type { Engine } from '../engine/engine.ts';
import { expectedCodeOf, type Fault } from '../fault-plan.ts';
import type { Connection } from '../http/connection.ts';
import type { ResolvedOptions } from '../options.ts';
import type { TruthEnd, TruthRecord } from '../truth.ts';
import { ChoiceJob, type JobListener, type JobObserver } from './choice-job.ts';
import type { UsageCounts } from './event-text.ts';
import type { GenerationRequest, RequestApi } from './generation-request.ts';

/** What an answer needs from the service. */
export interface AnswerContext {
  readonly options: ResolvedOptions;
  readonly engine: Engine;
  readonly queue: DueQueue;
  readonly observer: JobObserver;
  readonly connection: Connection;
  readonly request: GenerationRequest<RequestApi>;
  readonly requestIndex: number;
  /** The client's `x-request-id`. */
  readonly clientId: string | null;
  readonly arrivalNs: bigint;
  readonly arrivalMs: number;
  readonly createdSeconds: number;
  readonly fault: Fault | undefined;
  readonly onEnd: (record: TruthRecord) => void;
  readonly onQueueFull: () => void;
}

const HTML = '<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>It works!</h1></body></html>\n';

/** What both kinds of answers share: jobs, the faults that need no engine, and the ledger of truth. */
export abstract class Answer implements JobListener {
  protected readonly context: AnswerContext;
  protected readonly fault: Fault | undefined;
  protected readonly id: string;
  protected readonly jobs: readonly ChoiceJob[];
  protected headersNs: bigint | null = null;
  protected firstTokenNs: bigint | null = null;
  protected lastTokenNs: bigint | null = null;
  protected tokens = 0;
  protected contentTokens = 0;
  protected contentEvents = 0;
  protected finishReason: string | null = null;
  protected isOver = false;
  #status: number | null = null;
  #startNs: bigint | null = null;
  #cachedTokens = 0;

  constructor(context: AnswerContext) {
    this.context = context;
    this.fault = context.fault;
    this.id =
      context.clientId ?? `${(0x100000000 + context.requestIndex).toString(16)}${context.createdSeconds.toString(16)}`;
    const { request } = context;
    this.jobs = request.prompts.map((prompt, choice) => {
      const place = { index: context.requestIndex, choice, arrivalMs: context.arrivalMs };
      return new ChoiceJob(place, prompt, request, this, context.observer);
    });
  }

  /** Tokens of a choice that have text: all but the end token. */
  protected get textTokens(): number {
    const { outputTokens, finishReason } = this.context.request;
    return finishReason === 'stop' ? outputTokens - 1 : outputTokens;
  }

  /** Tokens after which a fault in the middle strikes. */
  protected get strikeAt(): number {
    return Math.max(1, Math.floor(this.textTokens / 2));
  }

  start(): void {
    this.context.connection.onGone = (why) => this.end(why);
    if (this.fault?.kind === 'close') this.context.connection.endAfterAnswer();
    if (this.#answerWithoutEngine()) return;
    this.begin();
    if (this.fault?.kind === 'no-first-token') return;
    for (const job of this.jobs) {
      if (this.isOver || this.context.engine.submit(job)) continue;
      this.context.onQueueFull();
      this.refuseForQueue();
      return;
    }
    this.submitted();
  }

  /** Before the jobs are submitted. */
  protected abstract begin(): void;
  /** After every job was taken by the engine. */
  protected abstract submitted(): void;
  /** Whether bytes of this answer have left. */
  protected abstract get hasStarted(): boolean;

  /** The answer when the queue is full. */
  protected abstract refuseForQueue(): void;
  /** An error answer before the first token, planned: nothing of a generation. */
  protected abstract respondFault(status: number): void;

  abstract onJobTokens(job: ChoiceJob, generated: number): void;

  onJobStart(job: ChoiceJob, cachedTokens: number): void {
    this.#startNs ??= process.hrtime.bigint();
    if (job.choice % this.#choicesPerPrompt === 0) this.#cachedTokens += cachedTokens;
  }

  protected usage(completionTokens: number): UsageCounts {
    return { promptTokens: this.promptTokens, completionTokens, cachedTokens: this.#cachedTokens };
  }

  protected get promptTokens(): number {
    return this.jobs.reduce((sum, job) => sum + job.promptTokens, 0) / this.#choicesPerPrompt;
  }

  /** A prompt counts once, however many choices it has. */
  get #choicesPerPrompt(): number {
    return this.context.request.choicesPerPrompt ?? 1;
  }

  /** A complete answer that is no generation; the ledger is closed first, since the next request may start at once. */
  protected respond(how: TruthEnd, status: number, contentType: string, body: string, extra = ''): void {
    this.status(status);
    this.headersNs = process.hrtime.bigint();
    this.end(how);
    this.reply(status, contentType, body, extra);
  }

  /** Writes a complete answer under the runtime's own headers. */
  protected abstract reply(status: number, contentType: string, body: string, extra: string): void;

  protected status(status: number): void {
    this.#status = status;
  }

  /** Ends the connection in the middle of the answer. */
  protected abandon(how: 'cut' | 'reset'): void {
    this.context.connection.abandon(how === 'cut' ? 'fin' : 'reset');
    this.end(how);
  }

  /** Closes the ledger: once, whoever calls first. */
  protected end(how: TruthEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const job of this.jobs) this.context.engine.cancel(job);
    const { request, requestIndex, clientId, arrivalNs, fault } = this.context;
    this.context.onEnd({
      requestIndex,
      id: clientId,
      api: request.api,
      isStreaming: request.isStreaming,
      arrivalNs,
      headersNs: this.headersNs,
      startNs: this.#startNs,
      firstTokenNs: this.firstTokenNs,
      lastTokenNs: this.lastTokenNs,
      endNs: process.hrtime.bigint(),
      tokens: this.tokens,
      contentTokens: this.contentTokens,
      contentEvents: this.contentEvents,
      promptTokens: this.promptTokens,
      cachedTokens: this.#cachedTokens,
      finishReason: this.finishReason,
      status: this.#status,
      fault: fault?.name ?? null,
      expectedCode: this.#expectedCode(how),
      end: how,
    });
  }

  /** Code that a correct client reports for a request that the full queue refused. */
  protected get refusedCode(): string {
    return 'HTTP_429';
  }

  /** Code that a correct client reports for the fault of this answer; `null` for ok. */
  protected faultCode(): string | null {
    const { fault, request } = this.context;
    return expectedCodeOf(fault, request.isStreaming, request.hasUsage);
  }

  #expectedCode(how: TruthEnd): string | null {
    if (how === 'refused') return this.refusedCode;
    const code = this.faultCode();
    if (how !== 'drained' || code !== null) return code;
    return this.hasStarted ? 'STREAM_TRUNCATED' : 'SOCKET_RESET';
  }

  #answerWithoutEngine(): boolean {
    switch (this.fault?.kind) {
      case 'http':
        this.respondFault(this.fault.status ?? 500);
        break;
      case 'html-200':
        this.respond('complete', 200, 'text/html; charset=utf-8', HTML);
        break;
      case 'reset':
        this.abandon('reset');
        break;
      default:
        return false;
    }
    return true;
  }
}
