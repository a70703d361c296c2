import { didYouMean } from '@assay/contracts';

const DISTRIBUTION = ['mean', 'min', 'max', 'stddev', 'p50', 'p90', 'p95', 'p99', 'p99.9'];

/**
 * Every metric with its statistics; the first one is meant when an objective names none. Kept here, apart from what computes them,
 * so that a configuration is checked without loading that.
 */
export const OBJECTIVE_METRICS: Readonly<Record<string, readonly string[]>> = {
  ttft_ms: DISTRIBUTION,
  ttfa_ms: DISTRIBUTION,
  itl_ms: DISTRIBUTION,
  tpot_ms: DISTRIBUTION,
  e2e_latency_ms: DISTRIBUTION,
  send_lag_ms: DISTRIBUTION,
  connect_ms: DISTRIBUTION,
  requests_per_second: ['rate'],
  output_tokens_per_second: ['rate'],
  input_tokens: [...DISTRIBUTION, 'total'],
  output_tokens: [...DISTRIBUTION, 'total'],
  goodput_requests_per_second: ['rate'],
  error_ratio: ['ratio'],
  concurrency: ['mean', 'max'],
  littles_law_residual: ['ratio'],
  structured_valid_ratio: ['ratio'],
  tool_call_ratio: ['ratio'],
  tool_call_valid_ratio: ['ratio'],
  embeddings_per_second: ['rate'],
};

const OBJECTIVE = /^([a-z][a-z0-9_]*)(?:\.([a-z0-9.]+))?\s*(?:<=|>=|<|>)\s*\d*\.?\d+(?:e[+-]?\d+)?\s*(?:ms|s|%)?$/;
const FORM = "write METRIC.STATISTIC<NUMBER, such as 'ttft_ms.p99<500'";

/** What is wrong with an objective, and what to do; `undefined` when nothing is. */
function faultOf(text: string): string | undefined {
  const [match, metric = '', statistic] = OBJECTIVE.exec(text) ?? [];
  if (match === undefined) return FORM;
  const known = Object.hasOwn(OBJECTIVE_METRICS, metric) ? OBJECTIVE_METRICS[metric] : undefined;
  if (known === undefined) {
    const names = Object.keys(OBJECTIVE_METRICS);
    const meant = didYouMean(metric, names);
    return `${metric} is no metric, ${meant === undefined ? `take one of ${names.join(', ')}` : `did you mean ${meant}?`}`;
  }
  if (statistic === undefined || known.includes(statistic)) return undefined;
  return `${metric} has no ${statistic}, take ${known.map((name) => `${metric}.${name}`).join(', ')}`;
}

/** One objective or several, apart by commas. */
const textsOf = (value: unknown): readonly string[] =>
  [value].flat().flatMap((text) =>
    String(text)
      .split(',')
      .map((part) => part.trim()),
  );

/** Objectives of a metric that exists and a statistic that it has. */
export function parseSlos(value: unknown): readonly string[] | undefined {
  const objectives = textsOf(value);
  return objectives.every((text) => faultOf(text) === undefined) ? objectives : undefined;
}

/** What is wrong with each objective of a value. */
export function explainSlos(value: unknown): string {
  return [...new Set(textsOf(value).flatMap((text) => faultOf(text) ?? []))].join('; ');
}
