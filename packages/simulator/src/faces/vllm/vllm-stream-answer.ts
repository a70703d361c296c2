import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { createEventText, type EventText, jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import { refuse } from '../../api/refusal.ts';
import { toChunk } from '../../http/response-head.ts';
import type { RequestTimes } from './request-times.ts';
import { isListingAsked, TokenListing } from './token-listing.ts';
import type { VllmHeads } from './vllm-heads.ts';
import { VllmStream } from './vllm-stream.ts';

/** Where the words of a content event go, chat or completions. */
const EMPTY_TEXT = /"(?:content|reasoning|text)":""/;
const DONE: string = toChunk('data: [DONE]\n\n');

interface Frame {
  readonly before: string;
  readonly after: string;
  /** Of the event without its words. */
  readonly length: number;
}

/** vLLM's chat and completions streams. */
export class VllmStreamAnswer extends VllmStream {
  readonly #events: EventText;
  readonly #frames: Frame[] = [];
  /** What the events list of their tokens; without it they differ in their words only. */
  readonly #listing: TokenListing | undefined;
  readonly #times: RequestTimes | undefined;

  /**
   * `times`: hears the server's own times of this request, which stand beside its usage. `createText`: writes the events of a server that streams in
   * the same way.
   */
  constructor(
    context: AnswerContext,
    api: 'chat' | 'completions',
    heads: VllmHeads,
    times: RequestTimes | undefined,
    createText: typeof createEventText = createEventText,
  ) {
    super(context, heads);
    const { createdSeconds, request, options } = context;
    this.#times = times;
    this.#events = createText(api, this.id, { createdSeconds, model: request.model, style: options.vllm });
    this.#listing = isListingAsked(request) ? new TokenListing(api, request, this.textTokens) : undefined;
  }

  protected override role(job: ChoiceJob): string {
    const usage = this.context.request.hasContinuousUsage ? this.#counts(job, 0) : undefined;
    const role = this.#events.role(job.choice, usage, this.#listing?.ofRole(job));
    return role === '' ? '' : toChunk(role);
  }

  /** A content event in its chunk; without usage only the words differ, and the rest is made once. */
  protected override content(job: ChoiceJob, words: string, from: number): string {
    if (words === '') return '';
    const usage = this.#eventUsage(job);
    if (this.#listing !== undefined) {
      const tokens = this.#listing.ofEvent(job, from, job.sent);
      return toChunk(this.#events.content(job.choice, this.#withPrompt(job, words, from), usage, tokens));
    }
    if (usage !== undefined) return toChunk(this.#events.content(job.choice, words, usage));
    let frame = this.#frames[job.choice];
    if (frame === undefined) {
      const event = this.#events.content(job.choice, '', undefined);
      const match = EMPTY_TEXT.exec(event);
      const at = match === null ? event.length : match.index + match[0].length - 1;
      frame = { before: `\r\n${event.slice(0, at)}`, after: `${event.slice(at)}\r\n`, length: event.length };
      this.#frames[job.choice] = frame;
    }
    return (frame.length + words.length).toString(16) + frame.before + words + frame.after;
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    const tokens = this.#listing?.ofEvent(job, from, job.sent);
    const end = { reason: this.finishReason ?? '', isLastEvent: !this.context.request.hasUsage, tokens };
    const text = this.#withPrompt(job, words, from);
    return toChunk(this.#events.finish(job.choice, text, this.#eventUsage(job), end));
  }

  /** The words of an event, with the prompt before the first ones where it is asked for; both as they stand in JSON. */
  #withPrompt(job: ChoiceJob, words: string, from: number): string {
    if (from > 0 || this.#listing === undefined) return words;
    return jsonAscii(this.#listing.promptText(job)).slice(1, -1) + words;
  }

  protected override ending(hasTerminator: boolean): string {
    let text = '';
    if (this.context.request.hasUsage) {
      const isWrong = this.fault?.kind === 'wrong-usage';
      text += toChunk(this.#events.usage(this.usage(isWrong ? 0 : this.tokens), this.#times?.figures()));
    }
    return hasTerminator ? text + DONE : text;
  }

  protected override emptyEnding(): string {
    return DONE;
  }

  protected override errorEvents(): string {
    const message = 'Planned fault: the engine failed in the middle of the stream.';
    return `${toChunk(`data: ${refuse(500, 'InternalServerError', message, null).body}\n\n`)}${DONE}`;
  }

  protected override malformedEvent(): string {
    return toChunk('data: {"id":"broken","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"con\n\n');
  }

  #counts(job: ChoiceJob, completionTokens: number): UsageCounts {
    return { promptTokens: job.promptTokens, completionTokens, cachedTokens: 0 };
  }

  #eventUsage(job: ChoiceJob): UsageCounts | undefined {
    return this.context.request.hasContinuousUsage ? this.#counts(job, job.sent) : undefined;
  }
}
