import type { ChoiceJob } from '../../api/choice-job.ts';
import { toChunk } from '../../http/response-head.ts';
import { chatChoice, chatEvent, DONE_EVENT } from './answer-text.ts';
import { LlamaCppStreamAnswer } from './llama-cpp-stream.ts';

const ROLE = { role: 'assistant', content: null };

/**
 * Chat: the role shares a chunk with the first token; usage, when asked for, stands in an event of its own behind the end of each
 * choice; timings in the last event of a choice.
 */
export class ChatStreamAnswer extends LlamaCppStreamAnswer {
  /** The role of a choice, until its first chunk takes it along. */
  #role = '';

  protected override role(job: ChoiceJob): string {
    const choices = [chatChoice(job.choice, ROLE, null)];
    this.#role = chatEvent(this.place, { choices });
    return this.progressOf(job)
      .map((progress) => toChunk(chatEvent(this.place, { choices, progress })))
      .join('');
  }

  protected override content(job: ChoiceJob, words: string, from: number): string {
    const text = this.#takeRole() + this.#contentEvent(job, words, from);
    return text === '' ? '' : toChunk(text);
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    const choices = [chatChoice(job.choice, {}, this.finishReason)];
    const timings = this.times.timingsOf(job, job.sent);
    const end = this.request.hasUsage
      ? chatEvent(this.place, { choices }) + chatEvent(this.place, { choices: [], usage: this.counts(job), timings })
      : chatEvent(this.place, { choices, timings });
    return this.content(job, words, from) + toChunk(end);
  }

  protected override ending(hasTerminator: boolean): string {
    return hasTerminator ? toChunk(DONE_EVENT) : '';
  }

  protected override emptyEnding(): string {
    return toChunk(DONE_EVENT);
  }

  #takeRole(): string {
    const role = this.#role;
    this.#role = '';
    return role;
  }

  #contentEvent(job: ChoiceJob, words: string, from: number): string {
    if (words === '') return '';
    const choice = chatChoice(job.choice, { content: words }, null);
    const logprobs = this.probabilities(job, from);
    const choices = [logprobs === undefined ? choice : { ...choice, logprobs: { content: logprobs } }];
    return chatEvent(this.place, { choices, timings: this.timingsPerToken(job) });
  }
}
