import type { MetricChange } from '@assay/contracts';

/** A figure that is compared. */
export interface ComparedMetric {
  readonly id: string;
  readonly statistic: MetricChange['statistic'];
  /** Whether the smaller figure is the faster one. */
  readonly isLowerFaster: boolean;
}

const lower = (id: string, statistic: ComparedMetric['statistic']): ComparedMetric => ({
  id,
  statistic,
  isLowerFaster: true,
});
const higher = (id: string): ComparedMetric => ({ id, statistic: 'rate', isLowerFaster: false });

/** The family of `assay diff`: small, because every further figure makes each of the others harder to decide. */
export const COMPARED_METRICS: readonly ComparedMetric[] = [
  lower('ttft_ms', 'p50'),
  lower('ttft_ms', 'p99'),
  lower('itl_ms', 'p50'),
  lower('itl_ms', 'p99'),
  lower('tpot_ms', 'p50'),
  lower('tpot_ms', 'p99'),
  lower('e2e_latency_ms', 'p50'),
  lower('e2e_latency_ms', 'p99'),
  higher('requests_per_second'),
  higher('output_tokens_per_second'),
  higher('goodput_requests_per_second'),
  lower('error_ratio', 'ratio'),
];
