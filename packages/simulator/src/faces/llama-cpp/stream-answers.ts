import type { ChoiceJob } from '../../api/choice-job.ts';
import { toChunk } from '../../http/response-head.ts';
import { completionChoice, completionEvent, DONE_EVENT, nativeEnd, nativeEvent, toEvent } from './answer-text.ts';
import { LlamaCppStreamAnswer } from './llama-cpp-stream.ts';

/** Completions: usage and timings in the event that ends a prompt; a list of prompts begins with an event that says nothing. */
export class CompletionsStreamAnswer extends LlamaCppStreamAnswer {
  #hasBegun = false;

  protected override role(job: ChoiceJob): string {
    const isFirst = !this.#hasBegun;
    this.#hasBegun = true;
    const choices = [completionChoice(job.choice, '', null)];
    const progress = this.progressOf(job).map((at) => toChunk(completionEvent(this.place, { choices, progress: at })));
    return (isFirst && this.request.isList ? toChunk(toEvent(null)) : '') + progress.join('');
  }

  protected override content(job: ChoiceJob, words: string, from: number): string {
    if (words === '') return '';
    const logprobs = this.probabilities(job, from);
    const choice = completionChoice(job.choice, words, null);
    const choices = [logprobs === undefined ? choice : { ...choice, logprobs: { content: logprobs } }];
    return toChunk(completionEvent(this.place, { choices, timings: this.timingsPerToken(job) }));
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    const choices = [completionChoice(job.choice, '', this.finishReason)];
    const timings = this.times.timingsOf(job, job.sent);
    const end = completionEvent(this.place, { choices, usage: this.counts(job), timings });
    return this.content(job, words, from) + toChunk(end);
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? toChunk(DONE_EVENT) : '';
  }

  protected override emptyEnding(): string {
    return toChunk(DONE_EVENT);
  }
}

/** The native interface: the event with `stop` is the terminator. */
export class NativeStreamAnswer extends LlamaCppStreamAnswer {
  protected override role(job: ChoiceJob): string {
    return this.progressOf(job)
      .map((progress) => toChunk(nativeEvent(this.#part(job, '', 0), { progress })))
      .join('');
  }

  protected override content(job: ChoiceJob, words: string, from: number): string {
    if (words === '') return '';
    const more = { timings: this.timingsPerToken(job), probabilities: this.probabilities(job, from) };
    return toChunk(nativeEvent(this.#part(job, words, job.sent), more));
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    const content = this.content(job, words, from);
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
