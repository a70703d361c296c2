import type { AnswerContext } from '../../api/answer.ts';
import { StreamAnswer } from '../../api/stream-answer.ts';
import type { VllmHeads } from './vllm-heads.ts';
import { faultRefusal, QUEUE_FULL, RETRY_AFTER } from './vllm-refusal.ts';

/** What vLLM's streams share whatever their events are: the head, and the answers that are no stream. */
export abstract class VllmStream extends StreamAnswer {
  readonly #heads: VllmHeads;

  constructor(context: AnswerContext, heads: VllmHeads) {
    super(context, heads.stream(context.fault?.kind === 'close'));
    this.#heads = heads;
  }

  protected override reply(status: number, contentType: string, body: string, extra: string): void {
    this.#heads.respond(this.context.connection, status, contentType, body, extra);
  }

  protected override refuseForQueue(): void {
    this.respond('refused', QUEUE_FULL.status, 'application/json', QUEUE_FULL.body, RETRY_AFTER);
  }

  protected override respondFault(status: number): void {
    const { body, extra } = faultRefusal(status);
    this.respond('complete', status, 'application/json', body, extra);
  }
}
