import type { ServerTimes } from '@assay/loadgen';
import type { LlamaCppTimings } from '@assay/wire';

/** Times of llama.cpp's `timings`: it does not tell how long a request waited for a slot, nor the whole. */
export const toServerTimes = ({ promptMs, predictedMs }: LlamaCppTimings): ServerTimes => ({
  queueMs: undefined,
  prefillMs: promptMs,
  decodeMs: predictedMs,
  totalMs: undefined,
});
