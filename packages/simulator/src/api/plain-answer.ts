import { Answer } from './answer.ts';
import type { ChoiceJob } from './choice-job.ts';

/** An answer in one body, sent when the last token is generated. A face says how its head and its body look; both are ASCII. */
export abstract class PlainAnswer extends Answer {
  #finishedChoices = 0;

  /** Status line and headers of a good answer. */
  protected abstract head(lengthBytes: number): string;
  /** The whole answer, for {@link finishReason}. */
  protected abstract body(): string;
  /** The body of an error of the engine. */
  protected abstract errorBody(): string;
  /** Whether the steps of the engine make tokens; those of an embedding make none. */
  protected get isGeneration(): boolean {
    return true;
  }
  /** Status that an error of the engine comes with. */
  protected get errorStatus(): number {
    return 200;
  }

  protected override get hasStarted(): boolean {
    return false;
  }

  protected override begin(): void {
    if (this.fault?.kind !== 'empty' && this.fault?.kind !== 'empty-body') return;
    this.respond('complete', 200, 'application/json', '');
  }

  protected override submitted(): void {
    // The body goes out with the last token; nothing leaves before.
  }

  override onJobTokens(job: ChoiceJob, generated: number): void {
    if (this.isOver) return;
    const nowNs = process.hrtime.bigint();
    if (this.isGeneration) {
      this.firstTokenNs ??= nowNs;
      this.tokens += generated - job.sent;
    }
    job.sent = generated;
    if (generated < job.outputTokens) return;
    this.#finishedChoices++;
    if (this.#finishedChoices < this.jobs.length || this.fault?.kind === 'stall') return;
    if (this.isGeneration) {
      this.lastTokenNs = nowNs;
      this.contentTokens = this.textTokens * this.jobs.length;
    }
    this.#answer();
  }

  #answer(): void {
    const kind = this.fault?.kind;
    if (this.isGeneration) this.finishReason = kind === 'abort' ? 'abort' : this.context.request.finishReason;
    if (kind === 'error-event') {
      this.respond('complete', this.errorStatus, 'application/json', this.errorBody());
      return;
    }
    const body = this.#faultyBody();
    if (kind === 'cut' || kind === 'cut-reset') {
      this.status(200);
      this.headersNs = process.hrtime.bigint();
      this.context.connection.write(this.head(body.length) + body.slice(0, body.length >> 1));
      this.abandon(kind === 'cut' ? 'cut' : 'reset');
      return;
    }
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    const { connection } = this.context;
    if (kind === 'slow-drip') this.#drip(this.head(body.length) + body);
    else {
      connection.write(this.head(body.length) + body);
      this.end('complete');
      connection.done();
    }
  }

  /** An engine error is a status code where the runtime answers so. */
  protected override faultCode(): string | null {
    const isStatus = this.fault?.kind === 'error-event' && this.errorStatus !== 200;
    return isStatus ? `HTTP_${this.errorStatus}` : super.faultCode();
  }

  #faultyBody(): string {
    const body = this.body();
    return this.fault?.kind === 'malformed' ? body.slice(0, body.length >> 1) : body;
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
