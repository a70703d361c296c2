import type { Metric, RunDocument } from '@assay/contracts';

type ReadDelay = NonNullable<NonNullable<RunDocument['clientHealth']>['readDelay']>;
type Statistic = Metric['statistic'];
type Key = 'meanMs' | 'p50Ms' | 'p90Ms' | 'p95Ms' | 'p99Ms' | 'p999Ms';

const KEYS: Partial<Record<Statistic, Key>> = {
  mean: 'meanMs',
  p50: 'p50Ms',
  p90: 'p90Ms',
  p95: 'p95Ms',
  p99: 'p99Ms',
  'p99.9': 'p999Ms',
};
/** A calibration has too few reads for the tail: the next coarser figure above stands for it. */
const CALIBRATION_KEYS = {
  meanMs: 'meanMs',
  p50Ms: 'p50Ms',
  p90Ms: 'p90Ms',
  p95Ms: 'p99Ms',
  p99Ms: 'p99Ms',
  p999Ms: 'maxMs',
} as const;

/**
 * Upper bound of what the client added to a latency, ms: the delay seen from inside, the delay of waking that the calibration measured, and the time without a core, each at the
 * figure's own statistic. The mean of inter-token times is off by the delays of first and last reads alone, because those between cancel out.
 * `undefined` where a part is not known, for minima, maxima and deviations, and for other metrics.
 *
 * @param gapsPerAnswer Mean number of gaps between tokens of an answer
 */
export function clientErrorMs(
  readDelay: ReadDelay | undefined,
  { id, statistic }: Pick<Metric, 'id' | 'statistic'>,
  gapsPerAnswer: number,
): number | undefined {
  const key = KEYS[statistic];
  if (readDelay === undefined || key === undefined) return undefined;
  const { calibration, withoutCore } = readDelay;
  const seen = id === 'ttft_ms' || id === 'ttfa_ms' ? readDelay.firstTokens : readDelay.reads;
  if (calibration === null || seen === null) return undefined;
  const boundMs = seen[key] + calibration[CALIBRATION_KEYS[key]] + (withoutCore?.[key] ?? 0);
  if (id === 'itl_ms' && statistic === 'mean') return gapsPerAnswer > 0 ? boundMs / gapsPerAnswer : undefined;
  return id === 'ttft_ms' || id === 'ttfa_ms' || id === 'itl_ms' || id === 'e2e_latency_ms' ? boundMs : undefined;
}
