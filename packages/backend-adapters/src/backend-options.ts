import type { PromptTensor } from '@assay/loadgen';

/** What an adapter must know of a server and of the load. */
export interface BackendOptions {
  readonly backend: 'openai' | 'vllm' | 'tgi' | 'triton' | 'sglang' | 'llama-cpp' | 'kserve';
  /** `native`: the runtime's own protocol, where it has one beside OpenAI's; on KServe the Open Inference Protocol (V2). `v1`: KServe's older one. */
  readonly api: 'chat' | 'completions' | 'responses' | 'embeddings' | 'native' | 'v1';
  readonly model: string;
  readonly isStreaming: boolean;
  /** Ask the server to go on past its natural end, so that output lengths are exact. vLLM, SGLang and llama.cpp. */
  readonly ignoreEos: boolean;
  /** Ask for token counts in streams (`stream_options.include_usage`). */
  readonly includeUsage: boolean;
  /** Path before `/v1`, without a slash at its end; empty for none. */
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parse every event completely and compare with the fast path. */
  readonly verifyStream: boolean;
  /** Counts the tokens of answers whose server does not tell them, and stands beside the counts of one that does. */
  readonly tokenizer?: { count(text: string): number } | undefined;
  /** Ask for the tokens of each event of a stream, so that several in one are counted as several. vLLM; `continuous-usage` SGLang and llama.cpp too. */
  readonly tokensPerEvent?: 'continuous-usage' | 'token-ids' | undefined;
  /** Keeps the prefix cache of other callers apart: prompts share it under the same salt only. vLLM only. */
  readonly cacheSalt?: string | undefined;
  /** Lower is earlier; a server without priority scheduling refuses anything but 0. vLLM only. */
  readonly priority?: number | undefined;
  /** What the server calls its version: some ended their streams in another way than they do now. TGI only. */
  readonly serverVersion?: string | undefined;
  /** Where the prompt of an inference request goes; `text_input` with the shape [1] unless the model says otherwise. KServe only. */
  readonly promptTensor?: PromptTensor | undefined;
}
