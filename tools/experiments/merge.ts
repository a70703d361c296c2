import { createHistogram, type Histogram, histogramToBase64 } from '@assay/stats';
import { createRandom } from '@assay/timebase';

/**
 * A hundred million values in a thousand histograms, merged in a scrambled order, against the same values in one: to the bit.
 *
 *     node --conditions=@assay/source tools/experiments/merge.ts [shards] [values of each]
 */
const SHARDS = Number(process.argv[2] ?? 1_000);
const VALUES = Number(process.argv[3] ?? 100_000);
const HOUR_US = 3_600_000_000;

const create = (): Histogram => createHistogram({ lowest: 1, highest: HOUR_US, digits: 3 });
const whole = create();
const shards: Histogram[] = [];
const startedMs = performance.now();
const random = createRandom(7).stream('merge');
for (let shard = 0; shard < SHARDS; shard++) {
  const histogram = create();
  for (let i = 0; i < VALUES; i++) {
    // Exponential around 50 ms with a heavy tail, so that all ranges of the histogram are met.
    const scaleUs = i % 1000 === 0 ? 25_000_000 : 50_000;
    const us = Math.min(HOUR_US, Math.floor(scaleUs * random.exponentialAt(shard * VALUES + i)));
    histogram.record(us);
    whole.record(us);
  }
  shards.push(histogram);
}
const merged = create();
for (let i = 0; i < SHARDS; i++) merged.merge(shards[(i * 617) % SHARDS] as Histogram);
const isEqual =
  histogramToBase64(merged) === histogramToBase64(whole) && merged.max === whole.max && merged.min === whole.min;
console.log(
  `${merged.count} values from ${SHARDS} shards: ${isEqual ? 'equal to one histogram, to the bit' : 'NOT equal'}`,
);
console.log(
  `p50 ${merged.quantile(0.5)} p99 ${merged.quantile(0.99)} p99.9 ${merged.quantile(0.999)} max ${merged.max} µs, ${((performance.now() - startedMs) / 1000).toFixed(0)} s`,
);
process.exitCode = isEqual && merged.count === SHARDS * VALUES ? 0 : 1;
