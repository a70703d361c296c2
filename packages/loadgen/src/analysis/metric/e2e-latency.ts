import { distributionOf } from '../distribution-figures.ts';
import type { MetricDefinition } from './metric-definition.ts';

const ID = 'e2e_latency_ms';

/** Time to the last generated content (the end of the body without streaming), from the scheduled and from the send time. */
export const E2E_LATENCY: MetricDefinition = {
  id: ID,
  unit: 'ms',
  figuresOf: (samples) => {
    const emptyReason = samples.reasonOr('NO_CONTENT');
    return [
      ...distributionOf({ id: ID, unit: 'ms', from: 'scheduled', emptyReason }, samples.e2eFromScheduledMs),
      ...distributionOf({ id: ID, unit: 'ms', from: 'sent', emptyReason }, samples.e2eFromSentMs),
    ];
  },
};
