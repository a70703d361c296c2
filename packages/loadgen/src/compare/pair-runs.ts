import { createRandom } from '@assay/timebase';
import type { ComparedMetric } from './compared-metric.ts';
import { type LogFigure, logOfPairedParts, logOfPairedQuantiles } from './estimate-change.ts';
import type { RunFigures } from './run-figures.ts';

/** Requests that one run answered and the other did not tell against pairing: what is left would be a selection. */
const LEAST_SHARE = 0.95;

/** Whether two runs made the same requests at the same indices: one seed, one load, one source of prompts. */
export function arePaired(first: RunFigures, second: RunFigures): boolean {
  return first.plan !== undefined && first.plan === second.plan;
}

/**
 * Change of a figure from one run to another of the same plan, on the log scale: latencies request by request, rates part by part of the
 * window. `undefined` where there are no pairs, or too few.
 */
export function pairedChange(
  { id, statistic }: ComparedMetric,
  first: RunFigures,
  second: RunFigures,
): LogFigure | undefined {
  if (statistic === 'rate') return logOfPairedParts(first.rates.get(id) ?? [], second.rates.get(id) ?? []);
  const [a, b] = [valuesByRequest(first, id), valuesByRequest(second, id)];
  if (a === undefined || b === undefined) return undefined;
  const common = [...a.keys()].filter((index) => b.has(index)).sort((x, y) => x - y);
  if (common.length < LEAST_SHARE * Math.max(a.size, b.size)) return undefined;
  const valuesOf = (side: ReadonlyMap<number, number>): number[] =>
    common.map((index) => side.get(index) ?? Number.NaN);
  const random = createRandom(0).stream(`${id} ${statistic} pairs`);
  return logOfPairedQuantiles(valuesOf(a), valuesOf(b), statistic === 'p99' ? 0.99 : 0.5, random);
}

function valuesByRequest({ latenciesMs, requests }: RunFigures, id: string): ReadonlyMap<number, number> | undefined {
  const [values, indices] = [latenciesMs.get(id), requests?.get(id)];
  if (values === undefined || indices === undefined) return undefined;
  return new Map(indices.map((index, at) => [index, values[at] ?? Number.NaN]));
}
