import { distributionOf } from '../distribution-figures.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** Time to open a connection, of the requests that had to open one. */
export const CONNECT: MetricDefinition = {
  id: 'connect_ms',
  unit: 'ms',
  figuresOf: (samples) => {
    const emptyReason = samples.outcomes.offered === 0 ? 'NO_REQUESTS' : 'NO_NEW_CONNECTION';
    return distributionOf({ id: 'connect_ms', unit: 'ms', emptyReason }, samples.connectMs);
  },
};
