import type { ChoiceJob } from '../../api/choice-job.ts';
import { answerText } from '../../api/event-text.ts';
import { toChunk } from '../../http/response-head.ts';
import { LlamaCppStreamAnswer } from './llama-cpp-stream.ts';
import { namedEvent } from './named-event.ts';
import { itemId, outputPart, responseId, responsesUsage } from './responses-text.ts';

/** OpenAI's responses: named events, the last of which holds the whole answer and is the end. The status is `completed` always. */
export class ResponsesStreamAnswer extends LlamaCppStreamAnswer {
  /** The events before the text, until the first chunk takes them along. */
  #opening = '';

  protected override role(): string {
    const response = { id: responseId(this.id), object: 'response', status: 'in_progress' };
    const item = { content: [], id: itemId(this.id), role: 'assistant', status: 'in_progress', type: 'message' };
    this.#opening =
      namedEvent('response.created', { response }) +
      namedEvent('response.in_progress', { response }) +
      namedEvent('response.output_item.added', { item }) +
      namedEvent('response.content_part.added', {
        item_id: itemId(this.id),
        part: { type: 'output_text', text: '' },
      });
    return '';
  }

  protected override content(_job: ChoiceJob, words: string): string {
    const opening = this.#opening;
    this.#opening = '';
    const delta = { item_id: itemId(this.id), delta: words };
    const text = opening + (words === '' ? '' : namedEvent('response.output_text.delta', delta));
    return text === '' ? '' : toChunk(text);
  }

  protected override finish(job: ChoiceJob, words: string): string {
    const content = this.content(job, words);
    if (this.fault?.kind === 'no-done') return content;
    const text = answerText(job.index + job.choice, 0, this.textTokens);
    const item = {
      type: 'message',
      status: 'completed',
      id: itemId(this.id),
      content: [outputPart(text)],
      role: 'assistant',
    };
    const response = {
      id: responseId(this.id),
      object: 'response',
      created_at: this.place.createdSeconds,
      status: 'completed',
      model: this.request.model,
      output: [item],
      usage: responsesUsage(this.counts(job)),
    };
    const end =
      namedEvent('response.output_text.done', { item_id: item.id, text }) +
      namedEvent('response.content_part.done', { item_id: item.id, part: outputPart(text) }) +
      namedEvent('response.output_item.done', { item }) +
      namedEvent('response.completed', { response, timings: this.times.timingsOf(job, job.sent) });
    return content + toChunk(end);
  }

  protected override malformedEvent(): string {
    return toChunk('event: response.output_text.delta\ndata: {"type":"response.output_text.del\n\n');
  }

  protected override ending(): string {
    return '';
  }

  protected override emptyEnding(): string {
    return '';
  }
}
