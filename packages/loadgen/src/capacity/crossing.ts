import type { CompletedProbe } from './probe.ts';

/** Rates further than this factor from the middle are on another part of the curve. */
const REACH = 1.5;

/**
 * The rate at which the objectives are just met, from all probes near a rate: a line through the log of the figure over its bound against
 * the log of the rate, by weighted least squares. Probes whose backlog grew have no steady figure and are left out. `undefined` where fewer
 * than three are left, or the line does not rise.
 */
export function crossingOf(probes: readonly CompletedProbe[], nearPerSecond: number): number | undefined {
  let weights = 0;
  let meanX = 0;
  let meanY = 0;
  const points = probes.flatMap(({ ratePerSecond, pressure, isOverSaturated }) => {
    const x = Math.log(ratePerSecond / nearPerSecond);
    if (pressure === undefined || isOverSaturated || Math.abs(x) > Math.log(REACH)) return [];
    return [{ x, y: pressure.log, weight: 1 / pressure.standardError ** 2 }];
  });
  if (points.length < 3) return undefined;
  for (const { x, y, weight } of points) {
    weights += weight;
    meanX += (weight * (x - meanX)) / weights;
    meanY += (weight * (y - meanY)) / weights;
  }
  let products = 0;
  let squares = 0;
  for (const { x, y, weight } of points) {
    products += weight * (x - meanX) * (y - meanY);
    squares += weight * (x - meanX) ** 2;
  }
  const slope = products / squares;
  return slope > 0 ? nearPerSecond * Math.exp(meanX - meanY / slope) : undefined;
}
