import type { AnswerFacts, Outcome, TokenSource } from '@assay/contracts';
import type { RequestSample } from './request-sample.ts';

export type { Prompt, RequestSample } from './request-sample.ts';

/** An HTTP request before it is bound to a connection. Header names are lower case; `body` is complete. */
export interface EncodedRequest {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** How the bytes of a response body stopped. */
export type BodyEnd =
  | { readonly kind: 'complete' }
  | { readonly kind: 'cut'; readonly code: 'STREAM_TRUNCATED' | 'SOCKET_RESET'; readonly message: string };

/** Token counts as the server reported them; `undefined` where it said nothing. */
export interface ReportedUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly cachedTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

/** One source's count of the generated tokens. Sources that disagree stay side by side; nothing is averaged. */
export interface TokenCount {
  readonly source: TokenSource;
  readonly tokens: number;
}

/** Durations that the server reported for this request, milliseconds; `undefined` where it said nothing. */
export interface ServerTimes {
  readonly queueMs: number | undefined;
  readonly prefillMs: number | undefined;
  readonly decodeMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** What the decoder made of one response. All times are monotonic milliseconds of the transport's clock. */
export interface DecodedResponse {
  readonly outcome: Outcome;
  /** Outcome code of the run format (`HTTP_429`, `STREAM_TRUNCATED`, ...); `undefined` when the outcome is `ok`. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** First event that carries generated content (text, reasoning, tool call, refusal); `undefined` when not streamed. */
  readonly firstTokenAtMs: number | undefined;
  /** First content that is not reasoning. */
  readonly firstAnswerTokenAtMs: number | undefined;
  readonly lastTokenAtMs: number | undefined;
  /**
   * Arrivals of content after the first socket read that carried some, as a flat list of pairs
   * `[deltaUs, count, ...]`: microseconds since the previous pair's read, and the content units that came in that read.
   * The first pair is `[0, countOfFirstRead]`.
   */
  readonly arrivals: readonly number[];
  /** Whether `count` in `arrivals` is tokens (known per event) or content events. */
  readonly arrivalsUnit: 'tokens' | 'events';
  readonly contentEvents: number;
  readonly outputTokens: number | undefined;
  readonly outputTokensSource: TokenSource;
  readonly usage: ReportedUsage | undefined;
  readonly finishReason: string | undefined;
  /** The model that the answer names, where it is not the one asked for. */
  readonly answeredModel?: string | undefined;
  /** What the answer says of the configuration that made it. */
  readonly systemFingerprint?: string | undefined;
  /** Every source that gave a count, the one of `outputTokens` among them. Absent where there is one source at most. */
  readonly tokenCounts?: readonly TokenCount[];
  readonly serverTimes?: ServerTimes;
  /** What the content turned out to be, where the request asked for a form of it. */
  readonly answer?: AnswerFacts;
}

/**
 * Reads one response. Bytes are handed over with the time of the socket read that brought them, before any parsing.
 * The views into `bytes` are valid during the call only: the transport reuses its read buffer.
 */
export interface ResponseDecoder {
  /** Status line and headers; names in lower case. */
  onHeaders(status: number, headers: ReadonlyMap<string, string>, atMs: number): void;
  /** Dechunked body bytes `[start, end)`. */
  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void;
  /** True once the protocol's own terminator (for example `[DONE]`) was seen. */
  readonly isTerminated: boolean;
  /** Time of the last event with data; comments and keep-alives do not count. `undefined` before the first one. */
  readonly lastProgressAtMs: number | undefined;
  readonly hasFirstToken: boolean;
  finish(end: BodyEnd): DecodedResponse;
}

/** An input of a model that takes the prompt, where the protocol names its inputs. */
export interface PromptTensor {
  readonly name: string;
  /** Sizes for one prompt. */
  readonly shape: readonly number[];
}

/** What a server said about itself before the load; each field is `undefined` where it could not be told. */
export interface BackendCapabilities {
  /** Runtime the server was recognised as: `vllm`, `tgi`, `triton`, `sglang`, `llama-cpp`, `kserve`, or another name it gives itself. */
  readonly serverName?: string | undefined;
  /** Whether answers say how many prompt tokens came from the prefix cache. */
  readonly reportsCachedTokens?: boolean | undefined;
  /** Why a field is not known, by the name of the field. */
  readonly unknownBecause?: Readonly<Record<string, string>>;
  readonly models: readonly string[] | undefined;
  readonly serverVersion: string | undefined;
  readonly acceptsTokenIdPrompts: boolean | undefined;
  readonly hasTokenizer: boolean | undefined;
  readonly reportsUsageInStreams: boolean | undefined;
  readonly hasMetrics: boolean | undefined;
  readonly maxModelLength: number | undefined;
  /** Tokens in the model's vocabulary, the IDs 0 to one below it. */
  readonly vocabularySize?: number | undefined;
  readonly promptTensor?: PromptTensor | undefined;
}

/** Running totals that a server publishes of its own work; `undefined` where it does not count that. */
export interface ServerCounters {
  readonly requests: number | undefined;
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
  /** Prompt tokens served from the prefix cache. */
  readonly cachedPromptTokens: number | undefined;
}

/** Requests off the hot path: preflight, tokenizer, metrics. Never throws for an HTTP status. */
export type FetchText = (request: EncodedRequest & { readonly timeoutMs: number }) => Promise<{
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}>;

/** One inference runtime. Adapters implement it; load generation never knows a runtime's name. */
export interface Backend {
  readonly name: string;
  readonly api: string;
  encode(sample: RequestSample): EncodedRequest;
  /** `sample` is what was asked: answers that must have a form are held to it. Without it content is not looked at. */
  createDecoder(sample?: RequestSample): ResponseDecoder;
  capabilities(fetchText: FetchText): Promise<BackendCapabilities>;
  /** Counts tokens of a text with the server's own tokenizer; `undefined` where the server has none. */
  countTokens?(fetchText: FetchText, text: string): Promise<number | undefined>;
  /** A good answer as bytes of HTTP/1.1, for a rehearsal of the client (see `rehearseLoad`). */
  exampleAnswer?(): Uint8Array;
  /** Reads the server's own totals (its `/metrics`); `undefined` where it publishes none. */
  readCounters?(fetchText: FetchText): Promise<ServerCounters | undefined>;
}
