/** Work of the benchmark; the name is a command-line argument of its processes. */
export type Workload = 'streams' | 'requests';

export interface WorkloadShape {
  readonly tokensPerReply: number;
  readonly inFlight: number;
  readonly requests: number;
  readonly warmupRequests: number;
  /** Where the bare loops leave their records; without it they are thrown away. */
  readonly recordFile?: string;
}

export const WORKLOADS: Readonly<Record<Workload, WorkloadShape>> = {
  streams: { tokensPerReply: 500, inFlight: 50, requests: 2_000, warmupRequests: 600 },
  requests: { tokensPerReply: 1, inFlight: 64, requests: 60_000, warmupRequests: 20_000 },
};

export const REQUEST_PATH = '/v1/chat/completions';
export const REQUEST_BODY: string = JSON.stringify({
  model: 'bench',
  messages: [{ role: 'user', content: 'word '.repeat(64) }],
  max_tokens: 500,
  stream: true,
  stream_options: { include_usage: true },
});

/** A streamed chat answer as vLLM writes it: one chunk per event, one event per token, about 215 bytes each. */
export function createReply(tokens: number): Buffer {
  const envelope =
    '"id":"chatcmpl-ae04830a647e4570","object":"chat.completion.chunk","created":1795491823,"model":"bench"';
  const event = (choices: string, rest = ''): string => `data: {${envelope},"choices":[${choices}]${rest}}\n\n`;
  const delta = (content: string): string =>
    `{"index":0,"delta":{"content":"${content}"},"logprobs":null,"finish_reason":null,"token_ids":null}`;
  const usage = `,"usage":{"prompt_tokens":64,"total_tokens":${64 + tokens},"completion_tokens":${tokens}}`;
  const events = [
    event('{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}'),
    ...Array.from({ length: tokens }, (_, index) => event(delta(` w${index}`))),
    event('{"index":0,"delta":{},"logprobs":null,"finish_reason":"length","stop_reason":null}'),
    event('', usage),
    'data: [DONE]\n\n',
  ];
  const head =
    'HTTP/1.1 200 OK\r\ndate: Tue, 24 Nov 2026 03:43:42 GMT\r\nserver: uvicorn\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';
  const body = events.map((text) => `${text.length.toString(16)}\r\n${text}\r\n`).join('');
  return Buffer.from(`${head}${body}0\r\n\r\n`, 'latin1');
}
