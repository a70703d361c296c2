import type { AnswerContext } from '../../api/answer.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import { LAST_CHUNK } from '../../http/response-head.ts';
import { tgiFault } from './tgi-fault.ts';
import { JSON_TYPE, type TgiHeads } from './tgi-heads.ts';
import { OVERLOADED, type TgiError } from './tgi-refusal.ts';
import type { TgiRequest } from './tgi-request.ts';

/** What the answers of the face share. */
export interface TgiParts {
  readonly heads: TgiHeads;
  /** Served model, and the one that completions name. */
  readonly model: string;
  readonly wallSeconds: () => number;
}

/** Both kinds of streams: the router has accepted a stream before it looks at its queue, so even overload is an event under 200. */
export abstract class TgiStream extends StreamAnswer {
  readonly #heads: TgiHeads;
  readonly #head: string;

  constructor(context: AnswerContext, request: TgiRequest, { heads }: TgiParts) {
    const head = heads.stream(request.characters, context.fault?.kind === 'close');
    super(context, head);
    this.#heads = heads;
    this.#head = head;
  }

  /** A refusal as events, with what ends the stream after them. */
  protected abstract refusalEvents(refusal: TgiError): string;

  protected override role(): string {
    return '';
  }

  /** One event per token, however many are due at once. */
  protected override eventsWithText(from: number, textEnd: number, _end: number): number {
    return Math.max(0, textEnd - from);
  }

  protected override get refusedCode(): string {
    return 'STREAM_ERROR_EVENT';
  }

  protected override refuseForQueue(): void {
    this.status(200);
    this.headersNs = process.hrtime.bigint();
    this.end('refused');
    const { connection } = this.context;
    connection.write(this.#head + this.refusalEvents(OVERLOADED) + LAST_CHUNK);
    connection.done();
  }

  protected override respondFault(status: number): void {
    this.respond('complete', status, JSON_TYPE, tgiFault(status));
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    const { connection } = this.context;
    connection.write(this.#heads.body(status, contentType, body.length, { extra }) + body);
    connection.done();
  }
}
