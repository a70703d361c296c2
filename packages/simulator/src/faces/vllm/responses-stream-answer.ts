import type { AnswerContext } from '../../api/answer.ts';
import type { ChoiceJob } from '../../api/choice-job.ts';
import { answerText } from '../../api/event-text.ts';
import { toChunk } from '../../http/response-head.ts';
import type { RequestTimes } from './request-times.ts';
import type { ResponsesRequest } from './responses-request.ts';
import {
  messageItem,
  messageOutput,
  type ResponseFrame,
  responseEvent,
  responseLogprobs,
  responseObject,
  statusOf,
  textPart,
} from './responses-text.ts';
import type { VllmHeads } from './vllm-heads.ts';
import { VllmStream } from './vllm-stream.ts';

/**
 * A stream of `/v1/responses`. The events that tell of the response leave with the head, before the engine has anything; there is no
 * terminator but `response.completed`, which vLLM sends for every end: the status in it tells which one it is.
 */
export class ResponsesStreamAnswer extends VllmStream {
  readonly #frame: ResponseFrame;
  readonly #logprobs: number | undefined;
  readonly #itemId: string;
  readonly #times: RequestTimes | undefined;
  #sequence = 0;

  /** `times`: hears the server's own times of this request, which stand in its end. */
  constructor(context: AnswerContext, request: ResponsesRequest, heads: VllmHeads, times: RequestTimes | undefined) {
    super(context, heads);
    this.#times = times;
    const { model, maxTokens, repeated, logprobs } = request;
    this.#frame = { id: this.id, createdSeconds: context.createdSeconds, model, maxTokens, repeated };
    this.#logprobs = logprobs;
    this.#itemId = `${this.id}0`;
  }

  protected override opening(): string {
    const response = responseObject(this.#frame, 'in_progress', []);
    return this.#event('response.created', { response }) + this.#event('response.in_progress', { response });
  }

  protected override role(): string {
    if (this.textTokens === 0) return '';
    const item = messageItem(this.#itemId, 'in_progress', []);
    return (
      this.#event('response.output_item.added', { item, output_index: 0 }) +
      this.#event('response.content_part.added', { ...this.#place, part: textPart('', []) })
    );
  }

  protected override content(job: ChoiceJob, words: string, from: number): string {
    if (words === '') return '';
    const to = Math.min(job.sent, this.textTokens);
    // One string instead of an object: this is the event of every token.
    const data = `{"content_index":0,"delta":"${words}","item_id":"msg_${this.#itemId}","logprobs":${this.#listed(job, from, to)},"output_index":0,"sequence_number":${this.#sequence++},"type":"response.output_text.delta"}`;
    return toChunk(`event: response.output_text.delta\ndata: ${data}\n\n`);
  }

  protected override finish(job: ChoiceJob, words: string, from: number): string {
    if (this.textTokens === 0) return '';
    const content = this.content(job, words, from);
    const text = answerText(job.index, 0, this.textTokens);
    const logprobs = this.#allLogprobs();
    const [item] = messageOutput(this.#itemId, text, logprobs);
    return (
      content +
      this.#event('response.output_text.done', { ...this.#place, logprobs: [], text }) +
      this.#event('response.content_part.done', { ...this.#place, part: textPart(text, logprobs) }) +
      this.#event('response.output_item.done', { item, output_index: 0 })
    );
  }

  protected override ending(hasTerminator: boolean): string {
    if (!hasTerminator) return '';
    const text = answerText(this.context.requestIndex, 0, this.textTokens);
    const output = messageOutput(this.#itemId, text, this.#allLogprobs());
    const usage = this.usage(this.fault?.kind === 'wrong-usage' ? 0 : this.tokens);
    const response = responseObject(this.#frame, statusOf(this.finishReason), output, {
      usage,
      times: this.#times?.figures(),
    });
    return this.#event('response.completed', { response });
  }

  /** There is no terminator without a response. */
  protected override emptyEnding(): string {
    return '';
  }

  protected override errorEvents(): string {
    const message = 'Planned fault: the engine failed in the middle of the stream.';
    return this.#event('error', { code: 'InternalServerError', message, param: null });
  }

  protected override malformedEvent(): string {
    return toChunk('event: response.output_text.delta\ndata: {"content_index":0,"delta":"con\n\n');
  }

  get #place(): object {
    return { content_index: 0, item_id: `msg_${this.#itemId}`, output_index: 0 };
  }

  #allLogprobs(): readonly object[] | null {
    if (this.#logprobs === undefined) return null;
    const { requestIndex, request } = this.context;
    const tokens = { from: 0, to: request.outputTokens, textTokens: this.textTokens };
    return responseLogprobs(requestIndex, tokens, this.#logprobs, false);
  }

  #listed(job: ChoiceJob, from: number, to: number): string {
    if (this.#logprobs === undefined) return '[]';
    const tokens = { from, to, textTokens: this.textTokens };
    return JSON.stringify(responseLogprobs(job.index, tokens, this.#logprobs, true));
  }

  #event(type: string, fields: object): string {
    return toChunk(responseEvent(type, { ...fields, sequence_number: this.#sequence++ }));
  }
}
