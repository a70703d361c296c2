import type { Metric } from '@assay/contracts';
import { distributionOf } from '../distribution-figures.ts';
import { type FigureName, measuredFigure, unavailableFigure } from '../figure.ts';
import type { NumberColumn } from '../number-column.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** Distribution and total of a token count. */
export function tokenFigures(id: string, emptyReason: string, column: NumberColumn): Metric[] {
  const total: FigureName = { id, statistic: 'total', unit: 'tokens' };
  const sum = column.values().reduce((all, value) => all + value, 0);
  return [
    ...distributionOf({ id, unit: 'tokens', emptyReason }, column),
    column.length === 0 ? unavailableFigure(total, emptyReason, 0) : measuredFigure(total, sum, column.length),
  ];
}

/** Prompt tokens of ok requests, as the server's usage says. */
export const INPUT_TOKENS: MetricDefinition = {
  id: 'input_tokens',
  unit: 'tokens',
  figuresOf: (samples) => tokenFigures('input_tokens', samples.reasonOr('NO_USAGE'), samples.inputTokens),
};
