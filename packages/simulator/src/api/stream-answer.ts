import type { DueTask } from '../engine/due-queue.ts';
import { LAST_CHUNK } from '../http/response-head.ts';
import { Answer, type AnswerContext } from './answer.ts';
import type { ChoiceJob } from './choice-job.ts';
import { answerText } from './event-text.ts';

const DRIP_EVERY_MS = 2;
const DRIP_BYTES = 100;

/** What the truth says when the last byte of a piece has left. */
interface Mark {
  readonly contentTokens: number;
  readonly contentEvents: number;
  readonly isEnd: boolean;
}

/**
 * A streamed answer: events in HTTP chunks. Everything due in one tick leaves in one write. A face says how its head, its events
 * and its end look; each of its methods returns complete chunks, or nothing where the protocol has nothing to say.
 */
export abstract class StreamAnswer extends Answer {
  #unsentHead: string;
  #finishedChoices = 0;
  #hasStruck = false;
  #writtenTokens = 0;
  #writtenEvents = 0;
  readonly #drip: { text: string; mark: Mark }[] = [];
  #dripTask: DueTask | undefined;

  /** `head`: status line and headers. */
  constructor(context: AnswerContext, head: string) {
    super(context);
    this.#unsentHead = head;
  }

  /** Events that leave with the head, before the engine has anything. */
  protected opening(): string {
    return '';
  }
  /** Before the first token of a choice. */
  protected abstract role(job: ChoiceJob): string;
  /** Tokens `[from, job.sent)` of a choice; `words` is their text, empty for an end token. */
  protected abstract content(job: ChoiceJob, words: string, from: number): string;
  /** The last tokens of a choice, `[from, job.sent)`, and its end, for {@link finishReason}. */
  protected abstract finish(job: ChoiceJob, words: string, from: number): string;
  /** After the last choice: usage, where it stands in an event of its own. `hasTerminator`: unless a fault holds it back. */
  protected abstract ending(hasTerminator: boolean): string;
  /** A stream without any event: the terminator, where the protocol has one. */
  protected abstract emptyEnding(): string;
  /** An engine error in the middle of the stream, and what follows it; not the last chunk. */
  protected abstract errorEvents(): string;
  /** An event that is cut in its middle. */
  protected abstract malformedEvent(): string;

  /**
   * How many events with text {@link content} or {@link finish} makes of the tokens `[from, end)` of a choice; those before
   * `textEnd` have text.
   */
  protected eventsWithText(from: number, textEnd: number, _end: number): number {
    return textEnd > from ? 1 : 0;
  }

  protected override get hasStarted(): boolean {
    return this.#unsentHead === '';
  }

  protected override begin(): void {
    if (this.fault?.kind === 'empty' || this.fault?.kind === 'empty-body') {
      this.#send(`${this.fault.kind === 'empty' ? this.emptyEnding() : ''}${LAST_CHUNK}`, {
        contentTokens: 0,
        contentEvents: 0,
        isEnd: true,
      });
    } else if (this.fault?.kind === 'no-first-token') this.#send('', undefined);
  }

  protected override submitted(): void {
    if (!this.hasStarted && !this.isOver) this.#send('', undefined);
  }

  override onJobTokens(job: ChoiceJob, generated: number): void {
    if (this.isOver || this.#isHeld) return;
    const step = this.context.options.tokensPerEvent;
    const eventsBefore = this.#writtenEvents;
    const tokensBefore = this.#writtenTokens;
    let text = '';
    while (job.sent < generated && !this.#isHeld) {
      const end = job.sent === 0 ? 1 : Math.min(job.sent + step, job.outputTokens);
      if (end > generated) break;
      if (job.sent === 0) text += this.role(job);
      text += this.#event(job, end);
    }
    const isEnd = this.#finishedChoices === this.jobs.length;
    if (isEnd) text += this.ending(this.fault?.kind !== 'no-done') + LAST_CHUNK;
    if (text === '' && !this.#isHeld) return;
    this.#send(text, {
      contentTokens: this.#writtenTokens - tokensBefore,
      contentEvents: this.#writtenEvents - eventsBefore,
      isEnd: isEnd || this.#isHeld,
    });
  }

  /** The event that brings a choice to `end` tokens, and what a fault makes of it. */
  #event(job: ChoiceJob, end: number): string {
    const textEnd = Math.min(end, this.textTokens);
    const from = job.sent;
    const words = answerText(job.index + job.choice, from, textEnd);
    if (words !== '') this.#writtenTokens += textEnd - from;
    this.#writtenEvents += this.eventsWithText(from, textEnd, end);
    this.tokens += end - from;
    job.sent = end;
    const isLast = end >= job.outputTokens;
    const isStriking = this.#isMidFault && !this.#hasStruck && (end >= this.strikeAt || isLast);
    if (isLast && !isStriking) return this.#finish(job, words, from);
    const content = this.content(job, words, from);
    if (!isStriking) return content;
    const strike = this.#strike();
    return content + strike + (isLast && !this.#isHeld ? this.#finish(job, '', end) : '');
  }

  /** After the strike of a fault that ends the stream nothing follows. */
  get #isHeld(): boolean {
    const kind = this.fault?.kind;
    return this.#hasStruck && kind !== 'malformed';
  }

  get #isMidFault(): boolean {
    const kind = this.fault?.kind;
    return kind === 'cut' || kind === 'cut-reset' || kind === 'stall' || kind === 'error-event' || kind === 'malformed';
  }

  #strike(): string {
    this.#hasStruck = true;
    if (this.fault?.kind === 'malformed') return this.malformedEvent();
    return this.fault?.kind === 'error-event' ? this.errorEvents() + LAST_CHUNK : '';
  }

  #finish(job: ChoiceJob, words: string, from: number): string {
    this.#finishedChoices++;
    this.finishReason = this.fault?.kind === 'abort' ? 'abort' : this.context.request.finishReason;
    return this.finish(job, words, from);
  }

  #send(text: string, mark: Mark | undefined): void {
    const isFirst = this.#unsentHead !== '';
    if (isFirst) {
      this.status(200);
      this.headersNs = process.hrtime.bigint();
    }
    const hasOpening = isFirst && this.fault?.kind !== 'empty' && this.fault?.kind !== 'empty-body';
    const all = this.#unsentHead + (hasOpening ? this.opening() : '') + text;
    this.#unsentHead = '';
    if (this.fault?.kind === 'slow-drip' && !isFirst) this.#dripLater(all, mark);
    else this.#writeNow(all, mark);
  }

  #writeNow(text: string, mark: Mark | undefined): void {
    if (mark !== undefined && mark.contentEvents > 0) {
      const nowNs = process.hrtime.bigint();
      this.firstTokenNs ??= nowNs;
      this.lastTokenNs = nowNs;
      this.contentTokens += mark.contentTokens;
      this.contentEvents += mark.contentEvents;
    }
    if (text !== '') this.context.connection.write(text);
    if (mark?.isEnd === true) this.#finishAnswer();
  }

  #finishAnswer(): void {
    const kind = this.fault?.kind;
    if (this.#hasStruck && kind === 'cut') this.abandon('cut');
    else if (this.#hasStruck && kind === 'cut-reset') this.abandon('reset');
    else if (!(this.#hasStruck && kind === 'stall')) {
      // The ledger is closed first: `done()` may start the next request on this connection.
      this.end('complete');
      this.context.connection.done();
    }
  }

  #dripLater(text: string, mark: Mark | undefined): void {
    this.#drip.push({ text, mark: mark ?? { contentTokens: 0, contentEvents: 0, isEnd: false } });
    if (this.#dripTask !== undefined) return;
    const task: DueTask = { isCancelled: false, run: (nowMs) => this.#dripOnce(nowMs) };
    this.#dripTask = task;
    this.context.queue.schedule(this.context.arrivalMs, task);
  }

  #dripOnce(nowMs: number): void {
    const piece = this.#drip[0];
    if (piece === undefined || this.isOver) {
      this.#dripTask = undefined;
      return;
    }
    if (piece.text.length > DRIP_BYTES) {
      this.context.connection.write(piece.text.slice(0, DRIP_BYTES));
      piece.text = piece.text.slice(DRIP_BYTES);
    } else {
      this.#drip.shift();
      this.#writeNow(piece.text, piece.mark);
    }
    if (this.#dripTask !== undefined) this.context.queue.schedule(nowMs + DRIP_EVERY_MS, this.#dripTask);
  }
}
