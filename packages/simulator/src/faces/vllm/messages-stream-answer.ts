import type { ChoiceJob } from '../../api/choice-job.ts';
import { jsonAscii } from '../../api/event-text.ts';
import { toChunk } from '../../http/response-head.ts';
import { messageUsage, startedMessage, stopReasonOf } from './messages-text.ts';
import { VllmStream } from './vllm-stream.ts';

/** A stream of Anthropic's `/v1/messages`: named events around one block of text, and `message_stop` for a terminator. */
export class MessagesStreamAnswer extends VllmStream {
  protected override role(): string {
    const message = startedMessage(this.id, this.context.request.model, this.promptTokens);
    const start = event('message_start', { message });
    if (this.textTokens === 0) return start;
    return start + event('content_block_start', { content_block: { type: 'text', text: '' }, index: 0 });
  }

  protected override content(_job: ChoiceJob, words: string): string {
    return words === '' ? '' : event('content_block_delta', { delta: { type: 'text_delta', text: words }, index: 0 });
  }

  protected override finish(job: ChoiceJob, words: string): string {
    return this.content(job, words);
  }

  protected override ending(hasTerminator: boolean): string {
    const stop = this.textTokens === 0 ? '' : event('content_block_stop', { index: 0 });
    const delta = { stop_reason: stopReasonOf(this.finishReason), stop_sequence: null };
    const usage = messageUsage(this.usage(this.fault?.kind === 'wrong-usage' ? 0 : this.tokens));
    return stop + event('message_delta', { delta, usage }) + (hasTerminator ? event('message_stop', {}) : '');
  }

  /** There is no terminator without a message. */
  protected override emptyEnding(): string {
    return '';
  }

  protected override errorEvents(): string {
    const message = 'Planned fault: the engine failed in the middle of the stream.';
    return event('error', { error: { type: 'internal_error', message } });
  }

  protected override malformedEvent(): string {
    return toChunk('event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"te\n\n');
  }
}

const event = (type: string, fields: object): string =>
  toChunk(`event: ${type}\ndata: ${jsonAscii({ type, ...fields })}\n\n`);
