import { measuredFigure, unavailableFigure } from '../figure.ts';
import { throughputOf } from '../throughput.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'embeddings_per_second', statistic: 'rate', unit: '1/s' } as const;

/** Vectors of ok requests that ended inside the window, per second of it; only in results of runs that asked for embeddings. */
export const EMBEDDINGS_PER_SECOND: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const { vectors } = samples.answers;
    if (vectors.length === 0) return [];
    const window = samples.window();
    if (window === undefined) return [unavailableFigure(NAME, samples.reasonOr('NO_WINDOW'), 0)];
    const { ratePerSecond, events, interval } = throughputOf(vectors.values(), window);
    return [measuredFigure(NAME, ratePerSecond, events, interval)];
  },
};
