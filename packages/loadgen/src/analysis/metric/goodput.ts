import { proportionInterval } from '@assay/stats';
import { measuredFigure, unavailableFigure } from '../figure.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'goodput_requests_per_second', statistic: 'rate', unit: '1/s' } as const;

/** Offered requests that ended ok and met every latency objective, per second of the window. */
export const GOODPUT: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const window = samples.window();
    const { offered } = samples.outcomes;
    if (offered === 0) return [unavailableFigure(NAME, 'NO_REQUESTS', 0)];
    if (!samples.good.hasObjectives) return [unavailableFigure(NAME, 'NO_SLO', offered)];
    if (window === undefined) return [unavailableFigure(NAME, 'NO_WINDOW', offered)];
    if (samples.good.unjudged > 0) return [unavailableFigure(NAME, 'NOT_STREAMED', offered)];
    const seconds = (window.endMs - window.startMs) / 1000;
    const share = proportionInterval(samples.good.count, offered);
    const interval =
      share === undefined
        ? undefined
        : { ...share, low: (share.low * offered) / seconds, high: (share.high * offered) / seconds };
    return [measuredFigure(NAME, samples.good.count / seconds, offered, interval)];
  },
};
