import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { answerText, jsonAscii } from '../../api/event-text.ts';
import { eventChunk } from './tgi-heads.ts';
import { errorObject, PLANNED_FAILURE, type TgiError } from './tgi-refusal.ts';
import type { TgiRequest } from './tgi-request.ts';
import { type TgiParts, TgiStream } from './tgi-stream.ts';
import { tokenAt } from './tgi-token.ts';

/** `/generate_stream`: one event per token; the last one carries the whole text too, and is the end. */
export class TgiNativeStream extends TgiStream {
  readonly #request: TgiRequest;

  constructor(context: AnswerContext, request: TgiRequest, parts: TgiParts) {
    super(context, request, parts);
    this.#request = request;
  }

  protected override content(job: ChoiceJob, _words: string, from: number): string {
    let text = '';
    for (let k = from; k < job.sent; k++) text += this.#event(job, k, 'null', 'null');
    return text;
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    const last = job.sent - 1;
    this.finishReason = this.finishReason === 'stop' ? 'eos_token' : this.finishReason;
    if (this.fault?.kind === 'no-done') return this.content(job, words, from);
    let text = '';
    for (let k = from; k < last; k++) text += this.#event(job, k, 'null', 'null');
    const whole = `${this.#request.before}${answerText(job.index + job.choice, 0, this.textTokens)}`;
    return text + this.#event(job, last, jsonAscii(whole), this.#request.hasDetails ? this.#details(job) : 'null');
  }

  #event(job: ChoiceJob, k: number, generatedText: string, details: string): string {
    const token = JSON.stringify(tokenAt(job.index + job.choice, k, this.textTokens));
    const { topTokens } = this.#request;
    const top = topTokens > 0 ? `"top_tokens":[${new Array<string>(topTokens).fill(token).join(',')}],` : '';
    return eventChunk(
      `{"index":${k + 1},"token":${token},${top}"generated_text":${generatedText},"details":${details}}`,
    );
  }

  #details(job: ChoiceJob): string {
    return JSON.stringify({
      finish_reason: this.finishReason,
      generated_tokens: this.fault?.kind === 'wrong-usage' ? 0 : job.outputTokens,
      seed: this.#request.seed,
      input_length: job.promptTokens,
    });
  }

  protected override ending(): string {
    return '';
  }

  protected override emptyEnding(): string {
    return '';
  }

  protected override errorEvents(): string {
    return this.refusalEvents(PLANNED_FAILURE);
  }

  protected override malformedEvent(): string {
    return eventChunk('{"index":1,"token":{"id":4,"te');
  }

  protected override refusalEvents(refusal: TgiError): string {
    return eventChunk(errorObject(refusal));
  }
}
