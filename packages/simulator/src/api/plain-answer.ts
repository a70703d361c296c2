import { responseHead } from '../http/response-head.ts';
import { Answer } from './answer.ts';
import type { ChoiceJob } from './choice-job.ts';
import { answerBody, answerText } from './event-text.ts';
import { refuse } from './refusal.ts';

const JSON_TYPE = 'application/json';

/** An answer in one JSON body, sent when the last token is generated. */
export class PlainAnswer extends Answer {
  #finishedChoices = 0;

  protected override get hasStarted(): boolean {
    return false;
  }

  protected override begin(): void {
    if (this.fault?.kind !== 'empty' && this.fault?.kind !== 'empty-body') return;
    this.respond('complete', 200, JSON_TYPE, '');
  }

  protected override submitted(): void {
    // The body goes out with the last token; nothing leaves before.
  }

  override onJobTokens(job: ChoiceJob, generated: number): void {
    if (this.isOver) return;
    const nowNs = process.hrtime.bigint();
    this.firstTokenNs ??= nowNs;
    this.tokens += generated - job.sent;
    job.sent = generated;
    if (generated < job.outputTokens) return;
    this.#finishedChoices++;
    if (this.#finishedChoices < this.jobs.length || this.fault?.kind === 'stall') return;
    this.lastTokenNs = nowNs;
    this.contentTokens = this.textTokens * this.jobs.length;
    this.#answer();
  }

  #answer(): void {
    const kind = this.fault?.kind;
    this.finishReason = kind === 'abort' ? 'abort' : this.context.request.finishReason;
    const body = this.#body();
    if (kind === 'cut' || kind === 'cut-reset') {
      this.status(200);
      this.headersNs = process.hrtime.bigint();
      this.context.connection.write(responseHead(200, JSON_TYPE, body.length) + body.slice(0, body.length >> 1));
      this.abandon(kind === 'cut' ? 'cut' : 'reset');
      return;
    }
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    const { connection } = this.context;
    if (kind === 'slow-drip') this.#drip(responseHead(200, JSON_TYPE, body.length) + body);
    else {
      connection.write(responseHead(200, JSON_TYPE, body.length) + body);
      this.end('complete');
      connection.done();
    }
  }

  #body(): string {
    const { request, requestIndex, createdSeconds } = this.context;
    const kind = this.fault?.kind;
    if (kind === 'error-event')
      return refuse(500, 'InternalServerError', 'Planned fault: the engine failed.', null).body;
    const choices = this.jobs.map((job) => ({
      text: answerText(requestIndex + job.choice, 0, this.textTokens),
      finishReason: this.finishReason ?? '',
    }));
    const usage = this.usage(kind === 'wrong-usage' ? 0 : this.tokens);
    const body = answerBody(request.api, this.id, createdSeconds, request.model, choices, usage);
    return kind === 'malformed' ? body.slice(0, body.length >> 1) : body;
  }

  /** Ten pieces, 2 ms apart. */
  #drip(text: string): void {
    const { connection, queue } = this.context;
    const pieceBytes = Math.ceil(text.length / 10);
    let at = 0;
    const task = {
      isCancelled: false,
      run: (nowMs: number): void => {
        if (this.isOver) return;
        connection.write(text.slice(at, at + pieceBytes));
        at += pieceBytes;
        if (at < text.length) queue.schedule(nowMs + 2, task);
        else {
          this.end('complete');
          connection.done();
        }
      },
    };
    queue.schedule(this.context.arrivalMs, task);
  }
}
