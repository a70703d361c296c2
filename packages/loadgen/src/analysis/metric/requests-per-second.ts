import { measuredFigure, unavailableFigure } from '../figure.ts';
import { throughputOf } from '../throughput.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'requests_per_second', statistic: 'rate', unit: '1/s' } as const;

/** Ok requests that ended, per second: between the first and the last end in an open loop bounded by a count, else inside the window. */
export const REQUESTS_PER_SECOND: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const window = samples.window();
    if (window === undefined) return [unavailableFigure(NAME, samples.reasonOr('NO_WINDOW'), 0)];
    const span = samples.completions.of(samples.run);
    const ends = samples.okEndMs.values();
    const counted = span === undefined ? ends : ends.filter((endMs) => endMs > span.startMs);
    const pairs = new Float64Array(counted.length * 2).fill(1);
    for (const [index, endMs] of counted.entries()) pairs[index * 2] = endMs;
    const { ratePerSecond, events, interval } = throughputOf(pairs, span ?? window);
    return [measuredFigure(NAME, ratePerSecond, events, interval)];
  },
};
