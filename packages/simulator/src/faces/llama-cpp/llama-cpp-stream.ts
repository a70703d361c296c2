import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import type { UsageCounts } from '../../api/event-text.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { toChunk } from '../../http/response-head.ts';
import type { AnswerPlace } from './answer-text.ts';
import { llamaCppFaultCode } from './fault-code.ts';
import { JSON_TYPE, streamHead } from './llama-cpp-head.ts';
import { faultRefusal, QUEUE_FULL, refuse } from './llama-cpp-refusal.ts';
import type { LlamaCppRequest } from './llama-cpp-request.ts';
import { probabilitiesOf } from './probabilities.ts';
import { promptProgress } from './prompt-progress.ts';
import { replyWith } from './reply.ts';
import type { TimedObserver } from './timings.ts';

/** What llama.cpp's streams share: the head leaves with the first token, and an error is the last event. */
export abstract class LlamaCppStreamAnswer extends StreamAnswer {
  protected readonly request: LlamaCppRequest;
  protected readonly times: TimedObserver;
  protected readonly place: AnswerPlace;

  constructor(context: AnswerContext, request: LlamaCppRequest, times: TimedObserver) {
    super(context, streamHead(context.fault?.kind === 'close'));
    this.request = request;
    this.times = times;
    this.place = { id: this.id, createdSeconds: context.createdSeconds, request };
  }

  protected override begin(): void {
    if (this.fault?.kind !== 'no-first-token') super.begin();
  }

  protected override submitted(): void {
    // The head waits for the first token.
  }

  protected override errorEvents(): string {
    const message = 'Planned fault: the engine failed in the middle of the stream.';
    return toChunk(`data: ${refuse(500, 'server_error', message).body}\n\n`);
  }

  protected override malformedEvent(): string {
    return toChunk('data: {"choices":[{"finish_reason":null,"index":0,"delta":{"con\n\n');
  }

  protected override refuseForQueue(): void {
    this.respond('refused', QUEUE_FULL.status, JSON_TYPE, QUEUE_FULL.body);
  }

  protected override get refusedCode(): string {
    return `HTTP_${QUEUE_FULL.status}`;
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, JSON_TYPE, faultRefusal(status).body);
  }

  protected override reply(status: number, contentType: string, body: string): void {
    replyWith(this.context.connection, { status, contentType, body, isClosing: this.fault?.kind === 'close' });
  }

  protected override faultCode(): string | null {
    return llamaCppFaultCode(this.fault, this.request);
  }

  protected counts(job: ChoiceJob): UsageCounts {
    const completionTokens = this.fault?.kind === 'wrong-usage' ? 0 : job.sent;
    return { promptTokens: job.promptTokens, completionTokens, cachedTokens: this.times.cachedTokens };
  }

  protected timingsPerToken(job: ChoiceJob): Readonly<Record<string, number>> | undefined {
    return this.request.hasTimingsPerToken ? this.times.timingsOf(job, job.sent) : undefined;
  }

  /** Probabilities of the tokens from `from` to the last one that was sent, where the request asks for them. */
  protected probabilities(job: ChoiceJob, from: number): readonly Readonly<Record<string, unknown>>[] | undefined {
    const { candidates } = this.request;
    const to = Math.min(job.sent, this.textTokens);
    return candidates > 0 ? probabilitiesOf({ answer: job.index + job.choice, from, to }, candidates) : undefined;
  }

  /** What comes before the first token of a prompt, where the request asks for it. */
  protected progressOf(job: ChoiceJob): readonly Readonly<Record<string, number>>[] {
    if (!this.request.hasProgress) return [];
    const { cachedTokens, promptMs } = this.times;
    return promptProgress({ promptTokens: job.promptTokens, cachedTokens, promptMs });
  }
}
