import { distributionOf } from '../distribution-figures.ts';
import { type MetricDefinition, streamReason } from './metric-definition.ts';

const ID = 'ttfa_ms';

/** Time to first answer token: first content that is not reasoning. Equal to `ttft_ms` where nothing reasons. */
export const TTFA: MetricDefinition = {
  id: ID,
  unit: 'ms',
  figuresOf: (samples) => {
    const emptyReason = streamReason(samples, 'NO_ANSWER');
    return [
      ...distributionOf({ id: ID, unit: 'ms', from: 'scheduled', emptyReason }, samples.ttfaFromScheduledMs),
      ...distributionOf({ id: ID, unit: 'ms', from: 'sent', emptyReason }, samples.ttfaFromSentMs),
    ];
  },
};
