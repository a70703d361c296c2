/**
 * Answers of SGLang's `POST /generate`, written by hand after the source of sglang 0.5.23: field names and order from
 * `TokenizerManager._handle_batch_output` (`srt/managers/tokenizer_manager.py`), finish reasons from `srt/managers/schedule_batch.py`
 * (`FINISH_*`), framing and errors from `serve_generate_request` (`srt/entrypoints/http_server.py`). No server sent these bytes.
 */
export interface SglangOutputText {
  readonly text?: string;
  readonly ids: readonly number[];
  readonly tokens: number;
  readonly finish?: Readonly<Record<string, unknown>>;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** The JSON of one output. */
export function sglangOutput({ text, ids, tokens, finish, meta }: SglangOutputText): string {
  return JSON.stringify({
    ...(text === undefined ? {} : { text }),
    output_ids: ids,
    meta_info: {
      id: '4b1d1f0e5c3a4b6f9a55c1a7c9e0d3f2',
      finish_reason: finish ?? null,
      prompt_tokens: 12,
      weight_version: 'default',
      num_retractions: 0,
      reasoning_tokens: 0,
      completion_tokens: tokens,
      cached_tokens: 8,
      cached_tokens_details: null,
      ...(finish === undefined ? {} : { e2e_latency: 0.25 }),
      ...meta,
    },
  });
}

export const SGLANG_DONE = 'data: [DONE]\n\n';

/** The body of a stream; `isDone` false leaves out the terminator. */
export const sglangStream = (outputs: readonly SglangOutputText[], isDone = true): string =>
  outputs.map((output) => `data: ${sglangOutput(output)}\n\n`).join('') + (isDone ? SGLANG_DONE : '');

const STOP = { type: 'stop', matched: 2 };

/** Text and IDs from the start in every event; a character of three tokens; the end token without text. */
export const CUMULATIVE: readonly SglangOutputText[] = [
  { text: 'Hi', ids: [11], tokens: 1 },
  { text: 'Hi', ids: [11, 21], tokens: 2 },
  { text: 'Hi', ids: [11, 21, 22], tokens: 3 },
  { text: 'Hi👋', ids: [11, 21, 22, 23], tokens: 4 },
  { text: 'Hi👋 all of you', ids: [11, 21, 22, 23, 31, 32, 33], tokens: 7 },
  { text: 'Hi👋 all of you', ids: [11, 21, 22, 23, 31, 32, 33, 2], tokens: 8, finish: STOP },
];

/** The same with `--incremental-streaming-output`. */
export const INCREMENTAL: readonly SglangOutputText[] = [
  { text: 'Hi', ids: [11], tokens: 1 },
  { text: '', ids: [21], tokens: 2 },
  { text: '', ids: [22], tokens: 3 },
  { text: '👋', ids: [23], tokens: 4 },
  { text: ' all of you', ids: [31, 32, 33], tokens: 7 },
  { text: '', ids: [2], tokens: 8, finish: STOP },
];

/** Increments that look alike. */
export const INCREMENTAL_ALIKE: readonly SglangOutputText[] = [
  { text: ' a', ids: [5], tokens: 1 },
  { text: ' a', ids: [5], tokens: 2 },
  { text: ' a', ids: [5], tokens: 3, finish: { type: 'length', length: 3 } },
];

/** A server without a tokenizer (`--skip-tokenizer-init`). */
export const IDS_ALONE: readonly SglangOutputText[] = [
  { ids: [11], tokens: 1 },
  { ids: [11, 12, 13], tokens: 3, finish: { type: 'length', length: 3 } },
];
