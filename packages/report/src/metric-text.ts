/** What a reader sees of a metric: a short label and its definition; docs/metrics.md says more. */
export interface MetricText {
  readonly label: string;
  readonly definition: string;
}

export const METRIC_TEXTS: Readonly<Record<string, MetricText>> = {
  ttft_ms: {
    label: 'Time to first token',
    definition:
      'From the scheduled time (or the send time, where said) to the first event with generated content. Headers and role events do not count. Ok requests only.',
  },
  ttfa_ms: {
    label: 'Time to first answer token',
    definition:
      'From the scheduled time (or the send time, where said) to the first content that is not reasoning. Ok requests with an answer only.',
  },
  itl_ms: {
    label: 'Inter-token latency',
    definition:
      'Time between tokens after the first, weighted by tokens: a read with n tokens after a gap g is n samples of g/n.',
  },
  tpot_ms: {
    label: 'Time per output token',
    definition: 'Per request: (last token − first token) / (tokens − tokens of the first read).',
  },
  e2e_latency_ms: {
    label: 'End-to-end latency',
    definition:
      'From the scheduled time (or the send time, where said) to the last generated content; without streaming to the end of the body.',
  },
  send_lag_ms: {
    label: 'Send lag',
    definition: 'Send time − scheduled time: how late the client was. Latency from the scheduled time includes it.',
  },
  connect_ms: { label: 'Connect', definition: 'Time to open a connection, of requests that had to open one.' },
  requests_per_second: {
    label: 'Requests per second',
    definition:
      'Ok requests that ended, per second of the measured window; in an open loop bounded by a count, of the time from the first end to the last.',
  },
  output_tokens_per_second: {
    label: 'Output tokens per second',
    definition: 'Tokens of ok requests that arrived inside the measured window, per second of it.',
  },
  input_tokens: { label: 'Input tokens', definition: "Prompt tokens of ok requests by the server's usage." },
  output_tokens: {
    label: 'Output tokens',
    definition: 'Generated tokens of ok requests: by usage, else counted and labelled in the findings.',
  },
  goodput_requests_per_second: {
    label: 'Goodput',
    definition:
      'Offered requests that ended ok and met every latency objective by themselves, per second of the measured window.',
  },
  error_ratio: {
    label: 'Error ratio',
    definition: 'Offered requests that did not end ok (failed, dropped, aborted), over all offered.',
  },
  concurrency: {
    label: 'Concurrency',
    definition: 'Requests between send and end: time average inside the measured window, and the most at once.',
  },
  littles_law_residual: {
    label: "Residual of Little's law",
    definition:
      'Mean in flight against rate × mean time from the schedule, while requests were offered, as a share of it; below 0 requests piled up or waited in the client, above 0 they drained.',
  },
  structured_valid_ratio: {
    label: 'Valid structured answers',
    definition: 'Ok answers that match their JSON Schema as they came, over those that had to.',
  },
  tool_call_ratio: {
    label: 'Answers with a tool call',
    definition: 'Ok answers that called a tool, over those to requests that offered tools.',
  },
  tool_call_valid_ratio: {
    label: 'Valid tool calls',
    definition: 'Calls of an offered tool with arguments that match its schema, over all calls.',
  },
  embeddings_per_second: {
    label: 'Embeddings per second',
    definition: 'Vectors of ok requests that ended inside the measured window, per second of it.',
  },
};

const REASONS: Readonly<Record<string, string>> = {
  TOO_FEW_SAMPLES: 'too few samples',
  NOT_STREAMED: 'not streamed',
  NO_USAGE: 'no usage from the server',
  NO_SLO: 'no latency objective set',
  NO_REQUESTS: 'no requests',
  NO_SUCCESSFUL_REQUESTS: 'no request ended ok',
  NO_NEW_CONNECTION: 'no new connection',
  SINGLE_TOKEN: 'one token or read per answer',
  NO_CONTENT: 'no content',
  NO_ANSWER: 'no answer besides reasoning',
  NO_TOOL_CALL: 'no tool was called',
  NOTHING_SENT: 'nothing was sent',
  NO_WINDOW: 'no measured window',
  NOT_RECORDED: 'not recorded by the tool',
  SCHEDULE_UNKNOWN: 'the tool tells no schedule',
};

/** A reason in words; unknown ones as they stand. */
export function reasonText(reason: string): string {
  return REASONS[reason] ?? reason.toLowerCase().replaceAll('_', ' ');
}
