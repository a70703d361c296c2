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

const SEEN: Readonly<Record<string, 'firstTokens' | 'reads' | undefined>> = {
  ttft_ms: 'firstTokens',
  ttfa_ms: 'firstTokens',
  itl_ms: 'reads',
  e2e_latency_ms: 'reads',
};

/**
 * Upper bound of what the client added to a latency, ms: the delay seen from inside and the delay of waking that the calibration measured, each at the
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
  const { calibration } = readDelay;
  const isMeanGap = id === 'itl_ms' && statistic === 'mean';
  const seen = isMeanGap ? readDelay.spans : SEEN[id] === undefined ? null : readDelay[SEEN[id]];
  if (calibration === null || seen === null) return undefined;
  const boundMs = seen[key] + calibration[CALIBRATION_KEYS[key]];
  if (isMeanGap) return gapsPerAnswer > 0 ? boundMs / gapsPerAnswer : undefined;
  return boundMs;
}
