import type { DueTask } from '../engine/due-queue.ts';
import { CLOSING_STREAM_HEAD, LAST_CHUNK, STREAM_HEAD, toChunk } from '../http/response-head.ts';
import { Answer, type AnswerContext } from './answer.ts';
import type { ChoiceJob } from './choice-job.ts';
import { answerText, createEventText, type EventText, type UsageCounts } from './event-text.ts';
import { refuse } from './refusal.ts';

const DRIP_EVERY_MS = 2;
const DRIP_BYTES = 100;
/** Where the words of a content event go, chat or completions. */
const EMPTY_TEXT = /"(?:content|text)":""/;
const DONE: string = toChunk('data: [DONE]\n\n');

interface Frame {
  readonly before: string;
  readonly after: string;
  /** Of the event without its words. */
  readonly length: number;
}

/** What the truth says when the last byte of a piece has left. */
interface Mark {
  readonly contentTokens: number;
  readonly contentEvents: number;
  readonly isEnd: boolean;
}

/** A streamed answer: server-sent events in HTTP chunks. Everything due in one tick leaves in one write. */
export class StreamAnswer extends Answer {
  readonly #events: EventText;
  #unsentHead: string;
  #finishedChoices = 0;
  #hasStruck = false;
  #writtenTokens = 0;
  #writtenEvents = 0;
  readonly #frames: Frame[] = [];
  readonly #drip: { text: string; mark: Mark }[] = [];
  #dripTask: DueTask | undefined;

  constructor(context: AnswerContext) {
    super(context);
    this.#unsentHead = context.fault?.kind === 'close' ? CLOSING_STREAM_HEAD : STREAM_HEAD;
    this.#events = createEventText(context.request.api, this.id, context.createdSeconds, context.request.model);
  }

  protected override get hasStarted(): boolean {
    return this.#unsentHead === '';
  }

  protected override begin(): void {
    if (this.fault?.kind === 'empty' || this.fault?.kind === 'empty-body') {
      this.#send(`${this.fault.kind === 'empty' ? DONE : ''}${LAST_CHUNK}`, {
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
      if (job.sent === 0) text += this.#role(job);
      text += this.#event(job, end);
    }
    const isEnd = this.#finishedChoices === this.jobs.length;
    if (isEnd) text += this.#ending();
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
    const words = answerText(job.index + job.choice, job.sent, textEnd);
    if (words !== '') {
      this.#writtenTokens += textEnd - job.sent;
      this.#writtenEvents++;
    }
    this.tokens += end - job.sent;
    job.sent = end;
    const isLast = end >= job.outputTokens;
    const isStriking = this.#isMidFault && !this.#hasStruck && (end >= this.strikeAt || isLast);
    if (isLast && !isStriking) return this.#finish(job, words);
    const content = words === '' ? '' : this.#content(job, words);
    if (!isStriking) return content;
    const strike = this.#strike();
    return content + strike + (isLast && !this.#isHeld ? this.#finish(job, '') : '');
  }

  /** A content event in its chunk; without usage only the words differ, and the rest is made once. */
  #content(job: ChoiceJob, words: string): string {
    const usage = this.#eventUsage(job);
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
    if (this.fault?.kind === 'malformed')
      return toChunk('data: {"id":"broken","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"con\n\n');
    if (this.fault?.kind !== 'error-event') return '';
    const { body } = refuse(
      500,
      'InternalServerError',
      'Planned fault: the engine failed in the middle of the stream.',
      null,
    );
    return `${toChunk(`data: ${body}\n\n`)}${DONE}${LAST_CHUNK}`;
  }

  #role(job: ChoiceJob): string {
    const usage = this.context.request.hasContinuousUsage ? this.#counts(job, 0) : undefined;
    const role = this.#events.role(job.choice, usage);
    return role === '' ? '' : toChunk(role);
  }

  #counts(job: ChoiceJob, completionTokens: number): UsageCounts {
    return { promptTokens: job.promptTokens, completionTokens, cachedTokens: 0 };
  }

  #eventUsage(job: ChoiceJob): UsageCounts | undefined {
    return this.context.request.hasContinuousUsage ? this.#counts(job, job.sent) : undefined;
  }

  #finish(job: ChoiceJob, words: string): string {
    this.#finishedChoices++;
    this.finishReason = this.fault?.kind === 'abort' ? 'abort' : this.context.request.finishReason;
    const isLastEvent = !this.context.request.hasUsage;
    return toChunk(this.#events.finish(job.choice, words, this.finishReason, this.#eventUsage(job), isLastEvent));
  }

  #ending(): string {
    let text = '';
    if (this.context.request.hasUsage) {
      const isWrong = this.fault?.kind === 'wrong-usage';
      text += toChunk(this.#events.usage(this.usage(isWrong ? 0 : this.tokens)));
    }
    if (this.fault?.kind !== 'no-done') text += DONE;
    return text + LAST_CHUNK;
  }

  #send(text: string, mark: Mark | undefined): void {
    const isFirst = this.#unsentHead !== '';
    if (isFirst) {
      this.status(200);
      this.headersNs = process.hrtime.bigint();
    }
    const all = this.#unsentHead + text;
    this.#unsentHead = '';
    if (this.fault?.kind === 'slow-drip' && !isFirst) this.#dripLater(all, mark);
    else this.#writeNow(all, mark);
  }

  #writeNow(text: string, mark: Mark | undefined): void {
    if (mark !== undefined && mark.contentTokens > 0) {
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
