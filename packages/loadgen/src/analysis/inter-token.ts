import type { Metric, RequestRecord } from '@assay/contracts';
import { createHistogram, type Histogram, sampleFloor } from '@assay/stats';
import { QUANTILES } from './statistics.ts';

/** One hour in microseconds: the longest gap that is told apart. */
const HIGHEST_US = 3_600_000_000;
const LABEL = { id: 'itl_ms', unit: 'ms' } as const;

/**
 * Gaps between tokens of all good streams. A read that brought n tokens after a gap g adds n samples of g/n: what came together
 * was decoded over the whole gap. Kept as a histogram with three digits, so memory does not grow with the tokens.
 */
export class InterTokenLatency {
  readonly #histogram: Histogram = createHistogram({ lowest: 1, highest: HIGHEST_US, digits: 3 });
  #sumUs = 0;
  #sumSquares = 0;
  #count = 0;

  add(record: RequestRecord): void {
    if (record.outcome !== 'ok' || record.outputTokens === null || record.contentEvents === 0) return;
    const { arrivals } = record;
    const tokensPerUnit = record.arrivalsUnit === 'tokens' ? 1 : record.outputTokens / record.contentEvents;
    for (let i = 2; i + 1 < arrivals.length; i += 2) {
      const tokens = Math.max(1, Math.round((arrivals[i + 1] ?? 0) * tokensPerUnit));
      const gapUs = Math.min((arrivals[i] ?? 0) / tokens, HIGHEST_US);
      this.#histogram.recordN(gapUs, tokens);
      this.#sumUs += gapUs * tokens;
      this.#sumSquares += gapUs * gapUs * tokens;
      this.#count += tokens;
    }
  }

  metrics(): Metric[] {
    const names = ['mean', 'min', 'max', 'stddev', ...QUANTILES.map(([name]) => name)] as const;
    const samples = this.#count;
    if (samples === 0) return names.map((statistic) => ({ ...LABEL, statistic, state: 'unavailable', reason: 'NO_TOKEN_GAPS', samples: 0 }));
    const meanUs = this.#sumUs / samples;
    const measured = (statistic: Metric['statistic'], us: number): Metric => ({ ...LABEL, statistic, state: 'measured', value: us / 1000, samples, source: 'client' });
    return [
      measured('mean', meanUs),
      measured('min', this.#histogram.min),
      measured('max', this.#histogram.max),
      measured('stddev', Math.sqrt(Math.max(0, this.#sumSquares / samples - meanUs * meanUs))),
      ...QUANTILES.map(
        ([name, q]): Metric =>
          samples < sampleFloor(q)
            ? { ...LABEL, statistic: name, state: 'unavailable', reason: 'TOO_FEW_SAMPLES', samples }
            : measured(name, this.#histogram.quantile(q)),
      ),
    ];
  }
}
