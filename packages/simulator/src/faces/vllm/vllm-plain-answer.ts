import type { AnswerContext } from '../../api/answer.ts';
import { answerText, type FinishedAnswer } from '../../api/event-text.ts';
import { PlainAnswer } from '../../api/plain-answer.ts';
import { refuse } from '../../api/refusal.ts';
import type { RequestTimes } from './request-times.ts';
import { TokenListing } from './token-listing.ts';
import type { VllmHeads } from './vllm-heads.ts';
import { faultRefusal, QUEUE_FULL, RETRY_AFTER } from './vllm-refusal.ts';

/** Whole bodies of vLLM; `write` gives them the shape of their interface, in ASCII. */
export class VllmPlainAnswer extends PlainAnswer {
  readonly #heads: VllmHeads;
  readonly #times: RequestTimes | undefined;
  readonly #write: (answer: FinishedAnswer) => string;

  /** `times`: hears the server's own times of this request, which stand beside its usage. */
  constructor(
    context: AnswerContext,
    heads: VllmHeads,
    write: (answer: FinishedAnswer) => string,
    times?: RequestTimes,
  ) {
    super(context);
    this.#times = times;
    this.#heads = heads;
    this.#write = write;
  }

  protected override head(lengthBytes: number): string {
    return this.#heads.body(200, 'application/json', lengthBytes);
  }

  protected override body(): string {
    const { requestIndex, createdSeconds, request } = this.context;
    const listing = new TokenListing(request.api === 'chat' ? 'chat' : 'completions', request, this.textTokens);
    const choices = this.jobs.map((job) => ({
      text: listing.promptText(job) + answerText(requestIndex + job.choice, 0, this.textTokens),
      finishReason: this.finishReason ?? '',
      tokens: listing.ofChoice(job),
    }));
    const usage = this.usage(this.fault?.kind === 'wrong-usage' ? 0 : this.tokens);
    return this.#write({ id: this.id, createdSeconds, choices, usage, times: this.#times?.figures() });
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    this.#heads.respond(this.context.connection, status, contentType, body, extra);
  }

  protected override errorBody(): string {
    return refuse(500, 'InternalServerError', 'Planned fault: the engine failed.', null).body;
  }

  protected override refuseForQueue(): void {
    this.respond('refused', QUEUE_FULL.status, 'application/json', QUEUE_FULL.body, RETRY_AFTER);
  }

  protected override respondFault(status: number): void {
    const { body, extra } = faultRefusal(status);
    this.respond('complete', status, 'application/json', body, extra);
  }
}
