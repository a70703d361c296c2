import { balanceOf } from '../balance.ts';
import { measuredFigure, unavailableFigure } from '../figure.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'littles_law_residual', statistic: 'ratio', unit: 'ratio' } as const;

/** By how much the mean number of requests in flight differs from rate × mean time from the schedule, as a share of it. */
export const LITTLES_LAW: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const sent = samples.flights.length / 2;
    const balance = balanceOf(samples);
    if (balance !== undefined) return [measuredFigure(NAME, balance.residual, sent)];
    const reason = samples.outcomes.offered === 0 ? 'NO_REQUESTS' : sent === 0 ? 'NOTHING_SENT' : 'NO_WINDOW';
    return [unavailableFigure(NAME, reason, sent)];
  },
};
