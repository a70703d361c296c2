import { distributionOf } from '../distribution-figures.ts';
import { type MetricDefinition, streamReason } from './metric-definition.ts';

/** Time per output token of a request: (t_last − t_first) / (n − n_first). */
export const TPOT: MetricDefinition = {
  id: 'tpot_ms',
  unit: 'ms',
  figuresOf: (samples) => {
    const missing = samples.outputTokens.length === 0 ? 'NO_USAGE' : 'SINGLE_TOKEN';
    return distributionOf({ id: 'tpot_ms', unit: 'ms', emptyReason: streamReason(samples, missing) }, samples.tpotMs);
  },
};
