import type { Metric } from '@assay/contracts';

/** The bound of what the client itself added to a figure, as a reader sees it. */
export interface ClientErrorText {
  /** Milliseconds, rounded up: it stays a bound. */
  readonly bound: string;
  /** The same in hundredths of a millisecond, for narrow columns. */
  readonly short: string;
  /** Whether it is larger than the figure's interval is wide. */
  readonly isOverInterval: boolean;
  readonly explanation: string;
}

/** Nothing where the client's own error is not bounded. */
export function clientErrorText(metric: Metric | undefined): ClientErrorText | undefined {
  if (metric?.state !== 'measured' || metric.clientErrorMs === undefined) return undefined;
  const { clientErrorMs, interval } = metric;
  const isOverInterval = interval !== undefined && clientErrorMs > interval.high - interval.low;
  const bound = roundedUp(clientErrorMs, -4);
  const over = isOverInterval ? ', more than the interval is wide' : '';
  const explanation = `the client itself is off by at most ${bound} ms here: from the moment bytes could be read to their stamp${over}`;
  return { bound, short: roundedUp(clientErrorMs, -2), isOverInterval, explanation };
}

export const hasClientErrors = (metrics: readonly Metric[]): boolean =>
  metrics.some((metric) => clientErrorText(metric) !== undefined);

/** Columns that {@link besideClientError} takes. */
export const CLIENT_ERROR_WIDTH = 6;

/** A figure of a terminal's table with its bound, or with room for one, so that figures stand below each other. */
export function besideClientError(figure: string, metric: Metric | undefined): string {
  const error = clientErrorText(metric);
  return figure + (error === undefined ? '' : ` ±${error.short}`).padEnd(CLIENT_ERROR_WIDTH);
}

/** At two digits that matter, in steps of 10^`finest` or more. */
function roundedUp(ms: number, finest: number): string {
  if (ms === 0) return '0';
  const step = 10 ** Math.max(finest, Math.floor(Math.log10(ms)) - 1);
  // A quotient a rounding error above a whole number is that number.
  const steps = Math.ceil(Number((ms / step).toPrecision(9)));
  return String(Number((steps * step).toPrecision(3)));
}
