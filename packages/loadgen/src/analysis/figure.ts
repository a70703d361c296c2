import type { Interval, Metric } from '@assay/contracts';

export type Statistic = Metric['statistic'];
export type From = 'scheduled' | 'sent';

/** What a figure is: the fields that stand whether or not there is a value. */
export interface FigureName {
  readonly id: string;
  readonly statistic: Statistic;
  readonly unit: string;
  readonly from?: From;
}

/** Nine decimals: below what a clock tells, and stable text in files. */
function round(value: number): number {
  return Number(value.toPrecision(12));
}

export function measuredFigure(name: FigureName, value: number, samples: number, interval?: Interval): Metric {
  const { from, ...rest } = name;
  return {
    ...rest,
    state: 'measured',
    value: round(value),
    samples,
    ...(interval === undefined
      ? {}
      : { interval: { ...interval, low: round(interval.low), high: round(interval.high) } }),
    source: 'client',
    ...(from === undefined ? {} : { from }),
  };
}

export function unavailableFigure(name: FigureName, reason: string, samples: number): Metric {
  const { from, ...rest } = name;
  return { ...rest, state: 'unavailable', reason, samples, ...(from === undefined ? {} : { from }) };
}
