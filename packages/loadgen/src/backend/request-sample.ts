/** A piece of a message. An image is an `http(s):` address or a `data:` URL. */
export type ContentPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string };

/** The call of a tool that an earlier answer made. `argumentsText` is JSON as the model wrote it. */
export interface MessageToolCall {
  readonly id: string;
  readonly name: string;
  readonly argumentsText: string;
}

/** One message of a conversation. */
export interface Message {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content: string | readonly ContentPart[];
  readonly toolCalls?: readonly MessageToolCall[];
  /** The call that a message of role `tool` answers. */
  readonly toolCallId?: string;
}

/**
 * One prompt, ready to be encoded: a text, exact token IDs, a conversation, or several texts of which each gets an answer of its own
 * (embeddings).
 */
export type Prompt =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'token-ids'; readonly tokenIds: readonly number[] }
  | { readonly kind: 'messages'; readonly messages: readonly Message[] }
  | { readonly kind: 'texts'; readonly texts: readonly string[] };

/** A tool that the model may call; `parameters` is a JSON Schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
}

/** The form an answer must have; `schema` is a JSON Schema. */
export type ResponseFormat =
  | { readonly kind: 'json-object' }
  | { readonly kind: 'json-schema'; readonly name: string; readonly schema: Readonly<Record<string, unknown>> };

/** Place of a request in a conversation of several requests. */
export interface SessionTurn {
  readonly session: number;
  /** From 0. */
  readonly turn: number;
  /** Turns of the whole session. */
  readonly turns: number;
  /** Pause between the answer before and this request, milliseconds; 0 for the first turn. */
  readonly thinkTimeMs: number;
}

/** What one request asks for. `inputTokens` is the requested length; the server's own count stands in the record. */
export interface RequestSample {
  readonly index: number;
  readonly prompt: Prompt;
  readonly inputTokens: number | undefined;
  readonly inputTokensSource: 'token-ids' | 'server-tokenizer' | 'approximate';
  readonly maxOutputTokens: number | undefined;
  readonly tools?: readonly ToolDefinition[];
  readonly toolChoice?: 'auto' | 'required' | 'none' | { readonly name: string };
  readonly responseFormat?: ResponseFormat;
  readonly session?: SessionTurn;
  /** Whose request it is; only told in the record. */
  readonly tenant?: string;
}
