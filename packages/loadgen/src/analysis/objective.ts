import type { Slo } from '@assay/contracts';

export type Objective = Slo['objectives'][number];

const SHAPE =
  /^\s*([a-z][a-z0-9_]*)(?:\.(mean|min|max|stddev|p50|p90|p95|p99|p99\.9|total|ratio|rate))?\s*(<=|>=|<|>)\s*([0-9]*\.?[0-9]+(?:e[+-]?[0-9]+)?)\s*(ms|s|%)?\s*$/;

const DEFAULT_STATISTIC: Readonly<Record<string, Objective['statistic']>> = {
  error_ratio: 'ratio',
  requests_per_second: 'rate',
  output_tokens_per_second: 'rate',
  goodput_requests_per_second: 'rate',
  structured_valid_ratio: 'ratio',
  tool_call_ratio: 'ratio',
  tool_call_valid_ratio: 'ratio',
  embeddings_per_second: 'rate',
};
const SCALE: Readonly<Record<string, number>> = { ms: 1, s: 1000, '%': 0.01 };

/** Reads `ttft_ms.p99<500`, `error_ratio<=0.01` or `e2e_latency_ms.p95<2s`; `undefined` for anything else. */
export function parseObjective(text: string): Objective | undefined {
  const match = SHAPE.exec(text);
  if (match === null) return undefined;
  const [, metric = '', named, operator, threshold, suffix] = match;
  const statistic = (named as Objective['statistic'] | undefined) ?? DEFAULT_STATISTIC[metric] ?? 'mean';
  const scale = suffix === undefined ? 1 : (SCALE[suffix] ?? 1);
  return { metric, statistic, operator: operator as Objective['operator'], threshold: Number(threshold) * scale };
}

/** Whether a figure meets the objective. */
export function isMet({ operator, threshold }: Objective, value: number): boolean {
  if (operator === '<') return value < threshold;
  if (operator === '<=') return value <= threshold;
  return operator === '>' ? value > threshold : value >= threshold;
}
