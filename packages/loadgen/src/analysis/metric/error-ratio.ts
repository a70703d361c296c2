import { proportionInterval } from '@assay/stats';
import { measuredFigure, unavailableFigure } from '../figure.ts';
import type { MetricDefinition } from './metric-definition.ts';

const NAME = { id: 'error_ratio', statistic: 'ratio', unit: 'ratio' } as const;

/** Share of the offered requests that did not end ok: failed, dropped and aborted ones alike. */
export const ERROR_RATIO: MetricDefinition = {
  id: NAME.id,
  unit: NAME.unit,
  figuresOf: (samples) => {
    const { offered, ok } = samples.outcomes;
    if (offered === 0) return [unavailableFigure(NAME, 'NO_REQUESTS', 0)];
    return [measuredFigure(NAME, (offered - ok) / offered, offered, proportionInterval(offered - ok, offered))];
  },
};
