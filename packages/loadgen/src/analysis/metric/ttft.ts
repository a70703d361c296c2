import { distributionOf } from '../distribution-figures.ts';
import { type MetricDefinition, streamReason } from './metric-definition.ts';

const ID = 'ttft_ms';

/** Time to first token: first event with generated content, from the scheduled and from the send time. */
export const TTFT: MetricDefinition = {
  id: ID,
  unit: 'ms',
  figuresOf: (samples) => {
    const emptyReason = streamReason(samples, 'NO_CONTENT');
    return [
      ...distributionOf({ id: ID, unit: 'ms', from: 'scheduled', emptyReason }, samples.ttftFromScheduledMs),
      ...distributionOf({ id: ID, unit: 'ms', from: 'sent', emptyReason }, samples.ttftFromSentMs),
    ];
  },
};
