import type { Sample, Trial } from '../measure.ts';
import { cpuBetween } from '../run-client.ts';
import { ttftOf } from '../truth-log.ts';
import { type Figure, isWhole, minus, type Row } from './row.ts';

const TOKENS = 100;

/** CPU from the first arrival to the last token, over all tokens: the start of the program is not in it, the first wave is. */
function cpuUsPerToken({ seen, run }: Sample): number {
  const fromNs = Math.min(...seen.map(({ arrivalNs }) => arrivalNs));
  const toNs = Math.max(...seen.map(({ lastTokenNs }) => lastTokenNs));
  return (1e6 * cpuBetween(run, fromNs, toNs)) / (seen.length * TOKENS);
}

const figures: readonly Figure[] = [
  {
    name: 'TTFT mean error, ms',
    of: ({ reported, seen }) => minus(reported.ttftMeanMs, ttftOf(seen).meanMs),
    digits: 2,
  },
  { name: 'TTFT p99 error, ms', of: ({ reported, seen }) => minus(reported.ttftP99Ms, ttftOf(seen).p99Ms), digits: 2 },
  { name: 'ITL p99 error, ms', of: ({ reported, gaps }) => minus(reported.itlP99Ms, gaps?.p99Ms), digits: 2 },
  { name: 'ITL bias of the mean, ms', of: ({ reported, gaps }) => minus(reported.itlMeanMs, gaps?.meanMs), digits: 3 },
  { name: 'CPU per token, µs', of: cpuUsPerToken, digits: 1 },
];

/** TTFT 50 ms, 20 ms between tokens, 100 tokens, a closed loop, the start included: two waves, or ten requests. */
export function latency(streams: number): Row {
  return {
    trial: () => ({
      ttftUs: 50_000,
      itlUs: 20_000,
      serverOptions: [],
      budgetMs: 120_000,
      load: { streams, requests: Math.max(2 * streams, 10), outputTokens: TOKENS },
    }),
    figures: figures.map(({ name, of, ...rest }) => ({
      ...rest,
      name: `${streams} streams: ${name}`,
      of: (sample: Sample, trial: Trial) => (isWhole(sample, trial) ? of(sample, trial) : undefined),
    })),
  };
}
