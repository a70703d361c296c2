import { measuredFigure, unavailableFigure } from '../figure.ts';
import { throughputOf } from '../throughput.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'output_tokens_per_second', statistic: 'rate', unit: 'tokens/s' } as const;

/** Tokens of ok requests that arrived inside the window, per second of it. */
export const OUTPUT_TOKENS_PER_SECOND: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const window = samples.window();
    if (window === undefined) return [unavailableFigure(NAME, samples.reasonOr('NO_WINDOW'), 0)];
    if (samples.outputTokens.length === 0) return [unavailableFigure(NAME, samples.reasonOr('NO_USAGE'), 0)];
    const { ratePerSecond, interval } = throughputOf(samples.deliveries.pairs(), window);
    return [measuredFigure(NAME, ratePerSecond, samples.outputTokens.length, interval)];
  },
};
