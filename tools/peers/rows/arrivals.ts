import { quantile } from '../../experiments/truth.ts';
import type { Sample } from '../measure.ts';
import { cpuBetween } from '../run-client.ts';
import { isWhole, type Row } from './row.ts';

const RATE_PER_SECOND = 200;
const REQUESTS = 2_000;

const arrivalsMs = ({ seen }: Sample): number[] =>
  seen.map(({ arrivalNs }) => (arrivalNs - (seen[0]?.arrivalNs ?? 0)) / 1e6);

/** How far arrivals lie from the grid of the rate, which is laid so that half of them come before it and half after. */
function deviationsMs(sample: Sample): number[] {
  const residualsMs = arrivalsMs(sample).map((atMs, index) => atMs - (index * 1000) / RATE_PER_SECOND);
  const middleMs = quantile(residualsMs, 0.5);
  return residualsMs.map((residualMs) => Math.abs(residualMs - middleMs));
}

/** Kolmogorov's distance of the gaps from the exponential distribution of the same mean; the 5 % point (Lilliefors) is 1.094/√n. */
function exponentialDistance(sample: Sample): number {
  const atMs = arrivalsMs(sample);
  const gapsMs = atMs
    .slice(1)
    .map((ms, index) => ms - (atMs[index] ?? 0))
    .sort((a, b) => a - b);
  const meanMs = (atMs.at(-1) ?? 0) / gapsMs.length;
  return gapsMs.reduce((worst, gapMs, index) => {
    const expected = 1 - Math.exp(-gapMs / meanMs);
    return Math.max(worst, expected - index / gapsMs.length, (index + 1) / gapsMs.length - expected);
  }, 0);
}

function corePercent({ seen, run }: Sample): number {
  const fromNs = seen[0]?.arrivalNs ?? Number.NaN;
  const toNs = seen.at(-1)?.arrivalNs ?? Number.NaN;
  return (100 * cpuBetween(run, fromNs, toNs)) / ((toNs - fromNs) / 1e9);
}

const paced =
  (arrival: 'constant' | 'poisson'): Row['trial'] =>
  () => ({
    ttftUs: 20_000,
    itlUs: 5_000,
    serverOptions: [],
    budgetMs: 90_000,
    load: { ratePerSecond: RATE_PER_SECOND, arrival, requests: REQUESTS, outputTokens: 4 },
  });

const ofWhole =
  (of: (sample: Sample) => number): Row['figures'][number]['of'] =>
  (sample, trial) =>
    isWhole(sample, trial) ? of(sample) : undefined;

export const constant: Row = {
  trial: paced('constant'),
  figures: [
    { name: 'constant 200/s: p50 deviation, ms', of: ofWhole((s) => quantile(deviationsMs(s), 0.5)), digits: 3 },
    { name: 'constant 200/s: p99 deviation, ms', of: ofWhole((s) => quantile(deviationsMs(s), 0.99)), digits: 2 },
    { name: 'constant 200/s: the whole client, % of a core', of: ofWhole(corePercent), digits: 0 },
  ],
};

export const poisson: Row = {
  trial: paced('poisson'),
  figures: [
    {
      name: `Poisson 200/s: KS distance (5 % point ${(1.094 / Math.sqrt(REQUESTS - 1)).toFixed(4)})`,
      of: ofWhole(exponentialDistance),
      digits: 4,
    },
  ],
};
