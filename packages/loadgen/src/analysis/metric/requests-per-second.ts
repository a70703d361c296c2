import { measuredFigure, unavailableFigure } from '../figure.ts';
import { throughputOf } from '../throughput.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'requests_per_second', statistic: 'rate', unit: '1/s' } as const;

/** Ok requests that ended inside the window, per second of it. */
export const REQUESTS_PER_SECOND: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const window = samples.window();
    if (window === undefined) return [unavailableFigure(NAME, samples.reasonOr('NO_WINDOW'), 0)];
    const pairs = new Float64Array(samples.okEndMs.length * 2).fill(1);
    for (const [index, endMs] of samples.okEndMs.values().entries()) pairs[index * 2] = endMs;
    const { ratePerSecond, events, interval } = throughputOf(pairs, window);
    return [measuredFigure(NAME, ratePerSecond, events, interval)];
  },
};
