import { type FigureName, measuredFigure, unavailableFigure } from '../figure.ts';
import type { MetricDefinition } from './metric-definition.ts';

const MEAN: FigureName = { id: 'concurrency', statistic: 'mean', unit: 'requests' };
const MAX: FigureName = { ...MEAN, statistic: 'max' };

/** Requests between send and end: time average inside the window, and the most at once. */
export const CONCURRENCY: MetricDefinition = {
  id: MEAN.id,
  unit: MEAN.unit,
  figuresOf: (samples) => {
    const window = samples.window();
    const flights = samples.flights.values();
    const count = flights.length / 2;
    if (window === undefined || count === 0) {
      const reason = samples.outcomes.offered === 0 ? 'NO_REQUESTS' : count === 0 ? 'NOTHING_SENT' : 'NO_WINDOW';
      return [unavailableFigure(MEAN, reason, count), unavailableFigure(MAX, reason, count)];
    }
    let busyMs = 0;
    for (let i = 0; i < flights.length; i += 2) {
      const overlapMs = Math.min(flights[i + 1] ?? 0, window.endMs) - Math.max(flights[i] ?? 0, window.startMs);
      busyMs += Math.max(overlapMs, 0);
    }
    return [
      measuredFigure(MEAN, busyMs / (window.endMs - window.startMs), count),
      measuredFigure(MAX, mostAtOnce(flights), count),
    ];
  },
};

/** A request that ends the moment another starts is not beside it. */
function mostAtOnce(flights: Float64Array): number {
  const starts = flights.filter((_, index) => index % 2 === 0).sort();
  const ends = flights.filter((_, index) => index % 2 === 1).sort();
  let most = 0;
  let ended = 0;
  for (let started = 0; started < starts.length; started++) {
    while (ended < ends.length && (ends[ended] ?? 0) <= (starts[started] ?? 0)) ended++;
    most = Math.max(most, started + 1 - ended);
  }
  return most;
}
