import type { MetricFamily } from '@assay/wire';

/**
 * Sum of all samples of the counter `name`, over its labels; `undefined` when the page has none. Pages written by the older and the newer
 * format name a counter's family with or without `_total`, so the samples are looked at.
 */
export function metricTotal(families: readonly MetricFamily[], name: string): number | undefined {
  let total: number | undefined;
  for (const { samples } of families) {
    for (const sample of samples) {
      if (sample.name === name && Number.isFinite(sample.value)) total = (total ?? 0) + sample.value;
    }
  }
  return total;
}
