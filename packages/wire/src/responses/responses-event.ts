import type { LlamaCppTimings } from '../llama-cpp/timings.ts';
import type { OpenAiUsage } from '../openai/openai-event.ts';

/** What a piece of generated content is: text or refusal, thinking, or the call of a tool. */
export type ResponsesChannel = 'answer' | 'reasoning' | 'tool-call';

/** What one event of an OpenAI Responses stream says. */
export type ResponsesEvent =
  /** An event of the life cycle (`response.created`, `response.output_item.done`, ...) that carries nothing generated. */
  | { readonly kind: 'empty' }
  /** `[DONE]`, which a few servers send after the last event. It ends nothing by itself. */
  | { readonly kind: 'done' }
  | { readonly kind: 'malformed' }
  | ResponsesDelta
  /** The whole text of a part, which repeats its deltas; content only where there were none. */
  | { readonly kind: 'whole'; readonly channel: ResponsesChannel }
  | { readonly kind: 'error'; readonly message: string }
  | ResponsesEnd;

export interface ResponsesDelta {
  readonly kind: 'delta';
  readonly channel: ResponsesChannel;
  /** Tokens in this event where it lists their log-probabilities. */
  readonly listedTokens: number | undefined;
}

/** The last event of an answer, or a whole answer that was not streamed. */
export interface ResponsesEnd {
  readonly kind: 'end';
  readonly status: 'completed' | 'incomplete' | 'failed' | 'cancelled';
  /** Why it ended: the status, or the reason of an incomplete answer (`max_output_tokens`, `content_filter`). */
  readonly reason: string;
  /** What went wrong where `status` is `failed`. */
  readonly message: string | undefined;
  readonly usage: OpenAiUsage | undefined;
  /** llama.cpp's own timings and counts, which stand beside the response. */
  readonly timings: LlamaCppTimings | undefined;
  /** Channels with content in the output items. */
  readonly channels: readonly ResponsesChannel[];
}
