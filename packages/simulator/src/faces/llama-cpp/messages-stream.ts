import type { ChoiceJob } from '../../api/choice-job.ts';
import { toChunk } from '../../http/response-head.ts';
import { LlamaCppStreamAnswer } from './llama-cpp-stream.ts';
import { messagesUsage, stopReasonOf } from './messages-text.ts';
import { namedEvent } from './named-event.ts';

/** Anthropic's messages: named events; counts of the prompt in the first one, of the answer in the last but one. */
export class MessagesStreamAnswer extends LlamaCppStreamAnswer {
  /** The events before the text, until the first chunk takes them along. */
  #opening = '';

  protected override role(job: ChoiceJob): string {
    const message = {
      id: `chatcmpl-${this.id}`,
      type: 'message',
      role: 'assistant',
      content: [],
      model: this.request.model,
      stop_reason: null,
      stop_sequence: null,
      usage: { ...messagesUsage({ ...this.counts(job), completionTokens: 0 }) },
    };
    this.#opening =
      namedEvent('message_start', { message }) +
      namedEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
    return '';
  }

  protected override content(_job: ChoiceJob, words: string): string {
    const opening = this.#opening;
    this.#opening = '';
    const delta = { index: 0, delta: { type: 'text_delta', text: words } };
    const text = opening + (words === '' ? '' : namedEvent('content_block_delta', delta));
    return text === '' ? '' : toChunk(text);
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const delta = { stop_reason: stopReasonOf(this.finishReason), stop_sequence: null };
    const usage = { output_tokens: this.counts(job).completionTokens };
    const end = namedEvent('content_block_stop', { index: 0 }) + namedEvent('message_delta', { delta, usage });
    return this.content(job, words) + toChunk(this.fault?.kind === 'no-done' ? end : end + namedEvent('message_stop'));
  }

  /** The error has its name outside of the data, which is the bare object. */
  protected override errorEvents(): string {
    const error = {
      code: 500,
      message: 'Planned fault: the engine failed in the middle of the stream.',
      type: 'server_error',
    };
    return toChunk(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
  }

  protected override malformedEvent(): string {
    return toChunk('event: content_block_delta\ndata: {"type":"content_block_del\n\n');
  }

  protected override ending(): string {
    return '';
  }

  protected override emptyEnding(): string {
    return '';
  }
}
