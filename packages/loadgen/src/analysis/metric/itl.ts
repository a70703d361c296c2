import { distributionOfGaps } from '../distribution-figures.ts';
import { type MetricDefinition, streamReason } from './metric-definition.ts';

/** Inter-token latency, weighted by tokens: a read with n tokens after a gap g is n samples of g/n. */
export const ITL: MetricDefinition = {
  id: 'itl_ms',
  unit: 'ms',
  figuresOf: (samples) =>
    distributionOfGaps({ id: 'itl_ms', unit: 'ms', emptyReason: streamReason(samples, 'SINGLE_TOKEN') }, samples.gaps),
};
