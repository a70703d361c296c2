import type { Metric } from '@assay/contracts';
import type { RunSamples } from '../run-samples.ts';

/** One metric: its stable id and how its figures follow from the samples. Defined in words in docs/metrics.md. */
export interface MetricDefinition {
  readonly id: string;
  readonly unit: string;
  readonly figuresOf: (samples: RunSamples) => Metric[];
}

/** Why a metric of streams is missing. */
export function streamReason(samples: RunSamples, reason: string): string {
  return samples.reasonOr(samples.run.config.stream ? reason : 'NOT_STREAMED');
}
