import type { TgiFamily } from './tgi-exposition.ts';

/** Seconds: 35 bounds from 0.15 ms, each 1.5 times the one before. */
function durationBounds(): readonly number[] {
  const bounds: number[] = [];
  for (let bound = 0.0001 * 1.5; bounds.length < 35; bound *= 1.5) bounds.push(bound);
  return bounds;
}

/** A hundred equal steps up to the most. */
const lengthBounds = (most: number): readonly number[] =>
  Array.from({ length: 100 }, (_, at) => (most / 100) * (at + 1));

/** Batch sizes 1 to 1024. */
const batchBounds = (): readonly number[] => Array.from({ length: 1024 }, (_, at) => at + 1);

const FAMILIES = [
  ['tgi_batch_inference_count', 'counter', 'Inference calls per method (prefill or decode)'],
  ['tgi_request_count', 'counter', 'Total number of requests'],
  ['tgi_request_success', 'counter', 'Number of successful requests'],
  ['tgi_batch_inference_success', 'counter', 'Number of successful inference calls per method (prefill or decode)'],
  ['tgi_request_failure', 'counter', undefined],
  ['tgi_batch_inference_failure', 'counter', undefined],
  ['tgi_batch_current_size', 'gauge', 'Current batch size'],
  ['tgi_queue_size', 'gauge', 'Current queue size'],
  ['tgi_batch_current_max_tokens', 'gauge', 'Maximum tokens for the current batch'],
  ['tgi_batch_forward_duration', 'seconds', 'Batch forward duration per method (prefill or decode)'],
  ['tgi_request_validation_duration', 'seconds', 'Request validation duration'],
  ['tgi_request_inference_duration', 'seconds', 'Request inference duration'],
  ['tgi_request_mean_time_per_token_duration', 'seconds', 'Mean time per token per request'],
  ['tgi_request_skipped_tokens', 'summary', 'Speculated tokens per request'],
  ['tgi_request_max_new_tokens', 'tokens', 'Maximum new tokens per request'],
  ['tgi_request_input_length', 'input', 'Input token length per request'],
  ['tgi_batch_decode_duration', 'seconds', 'Time spent decoding a batch per method (prefill or decode)'],
  ['tgi_request_duration', 'seconds', 'Request duration'],
  ['tgi_batch_next_size', 'batch', 'Batch size of the next batch'],
  ['tgi_batch_inference_duration', 'seconds', 'Batch inference duration'],
  ['tgi_request_generated_tokens', 'tokens', 'Generated tokens per request'],
  [
    'tgi_batch_filter_duration',
    'seconds',
    'Time spent filtering batches and sending generated tokens per method (prefill or decode)',
  ],
  ['tgi_request_queue_duration', 'seconds', 'Request queue duration'],
] as const;

export type TgiFamilyName = (typeof FAMILIES)[number][0];

/** The router's families in the order of its page: names, types, help and buckets as captured from the real one. */
export function tgiFamilies(
  maxInputTokens: number,
  maxTotalTokens: number,
): readonly (TgiFamily & { readonly name: TgiFamilyName })[] {
  const bounds: Readonly<Record<string, readonly number[]>> = {
    seconds: durationBounds(),
    tokens: lengthBounds(maxTotalTokens),
    input: lengthBounds(maxInputTokens),
    batch: batchBounds(),
  };
  return FAMILIES.map(([name, kind, help]) => {
    if (kind === 'counter' || kind === 'gauge' || kind === 'summary') return { name, type: kind, help };
    return { name, type: 'histogram', help, bounds: bounds[kind] ?? [] };
  });
}
