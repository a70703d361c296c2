import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import type { UsageCounts } from '../../api/event-text.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { toChunk } from '../../http/response-head.ts';
import {
  type AnswerPlace,
  chatChoice,
  chatEvent,
  completionChoice,
  completionEvent,
  nativeEnd,
  nativeEvent,
  toEvent,
} from './answer-text.ts';
import { llamaCppFaultCode } from './fault-code.ts';
import { JSON_TYPE, streamHead } from './llama-cpp-head.ts';
import { faultRefusal, QUEUE_FULL, refuse } from './llama-cpp-refusal.ts';
import type { LlamaCppRequest } from './llama-cpp-request.ts';
import { replyWith } from './reply.ts';
import type { TimedObserver } from './timings.ts';

const DONE: string = toChunk('data: [DONE]\n\n');

/** What llama.cpp's streams share: the head leaves with the first token, and an error is the last event. */
abstract class LlamaCppStreamAnswer extends StreamAnswer {
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
}

/** Chat: usage, when asked for, in an event of its own behind the end of each choice; timings in the last event of a choice. */
export class ChatStreamAnswer extends LlamaCppStreamAnswer {
  protected override role(job: ChoiceJob): string {
    const delta = { role: 'assistant', content: null };
    return toChunk(chatEvent(this.place, { choices: [chatChoice(job.choice, delta, null)] }));
  }

  protected override content(job: ChoiceJob, words: string): string {
    if (words === '') return '';
    const choices = [chatChoice(job.choice, { content: words }, null)];
    return toChunk(chatEvent(this.place, { choices, timings: this.timingsPerToken(job) }));
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const choices = [chatChoice(job.choice, {}, this.finishReason)];
    const timings = this.times.timingsOf(job, job.sent);
    const end = this.request.hasUsage
      ? chatEvent(this.place, { choices }) + chatEvent(this.place, { choices: [], usage: this.counts(job), timings })
      : chatEvent(this.place, { choices, timings });
    return this.content(job, words) + toChunk(end);
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? DONE : '';
  }

  protected override emptyEnding(): string {
    return DONE;
  }
}

/** Completions: usage and timings in the event that ends a prompt; a list of prompts begins with an event that says nothing. */
export class CompletionsStreamAnswer extends LlamaCppStreamAnswer {
  #hasBegun = false;

  protected override role(): string {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    return isFirst && this.request.isList ? toChunk(toEvent(null)) : '';
  }

  protected override content(job: ChoiceJob, words: string): string {
    if (words === '') return '';
    const choices = [completionChoice(job.choice, words, null)];
    return toChunk(completionEvent(this.place, { choices, timings: this.timingsPerToken(job) }));
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const choices = [completionChoice(job.choice, '', this.finishReason)];
    const timings = this.times.timingsOf(job, job.sent);
    return (
      this.content(job, words) + toChunk(completionEvent(this.place, { choices, usage: this.counts(job), timings }))
    );
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? DONE : '';
  }

  protected override emptyEnding(): string {
    return DONE;
  }
}

/** The native interface: the event with `stop` is the terminator. */
export class NativeStreamAnswer extends LlamaCppStreamAnswer {
  protected override role(): string {
    return '';
  }

  protected override content(job: ChoiceJob, words: string): string {
    return words === '' ? '' : toChunk(nativeEvent(this.#part(job, words, job.sent), this.timingsPerToken(job)));
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const content = this.content(job, words);
    if (this.fault?.kind === 'no-done') return content;
    const predicted = this.fault?.kind === 'wrong-usage' ? 0 : job.sent;
    const end = { stopType: stopTypeOf(this.finishReason), timings: this.times.timingsOf(job, job.sent) };
    return content + toChunk(toEvent(nativeEnd(this.#part(job, '', predicted), end, this.request)));
  }

  protected override ending(): string {
    return '';
  }

  protected override emptyEnding(): string {
    return '';
  }

  #part(job: ChoiceJob, content: string, predictedTokens: number) {
    return { index: job.choice, content, predictedTokens, promptTokens: job.promptTokenIds };
  }
}

/** llama.cpp's word for why an answer ended; `none` for what it has no word for. */
export function stopTypeOf(finishReason: string | null): string {
  if (finishReason === 'length') return 'limit';
  return finishReason === 'stop' ? 'eos' : 'none';
}
