import { assertArgument } from '../errors.ts';
import type { NumberSeries } from '../quantile.ts';

/** Where a series becomes steady. */
export interface SteadyState {
  /** Values to leave out at the start; a multiple of the batch size, 0 where nothing is to be left out. */
  readonly warmupLength: number;
  /** False where the best cut lies beyond half of the series: then the series is too short to tell, or never becomes steady. */
  readonly isSteady: boolean;
}

const FEWEST_BATCHES = 10;

/**
 * MSER-5 (White 1997): means of batches of five, and the cut that makes the standard error of the mean of the rest smallest. The best
 * cut is looked for in the whole series but its last five batches, where few values make the rule unstable.
 * `undefined` below ten batches.
 */
export function steadyStateOf(values: NumberSeries, batchSize = 5): SteadyState | undefined {
  assertArgument(Number.isInteger(batchSize) && batchSize >= 1, `a batch size is an integer from 1, got ${batchSize}`);
  const count = Math.floor(values.length / batchSize);
  if (count < FEWEST_BATCHES) return undefined;
  const means = new Float64Array(count);
  for (let batch = 0; batch < count; batch++) {
    for (let i = batch * batchSize; i < (batch + 1) * batchSize; i++) {
      means[batch] = (means[batch] ?? 0) + (values[i] ?? 0) / batchSize;
    }
  }
  let best = 0;
  let smallest = Number.POSITIVE_INFINITY;
  // From the end: mean and sum of squares of the rest grow by one batch a step (Welford).
  let mean = 0;
  let squares = 0;
  for (let cut = count - 1; cut >= 0; cut--) {
    const rest = count - cut;
    const delta = (means[cut] ?? 0) - mean;
    mean += delta / rest;
    squares += delta * ((means[cut] ?? 0) - mean);
    const error = squares / rest ** 2;
    if (rest > 5 && error <= smallest) {
      smallest = error;
      best = cut;
    }
  }
  return { warmupLength: best * batchSize, isSteady: best <= count / 2 };
}
