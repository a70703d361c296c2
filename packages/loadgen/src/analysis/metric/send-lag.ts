import { distributionOf } from '../distribution-figures.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** How late requests left: sent − scheduled, of every request that was sent, whatever became of it. */
export const SEND_LAG: MetricDefinition = {
  id: 'send_lag_ms',
  unit: 'ms',
  figuresOf: (samples) => {
    const emptyReason = samples.outcomes.offered === 0 ? 'NO_REQUESTS' : 'NOTHING_SENT';
    return distributionOf({ id: 'send_lag_ms', unit: 'ms', emptyReason }, samples.sendLagMs);
  },
};
