import type { Sample, Trial } from '../measure.ts';
import { cpuBetween } from '../run-client.ts';
import { AS_FAST_AS_IT_GOES, isWhole, type Row } from './row.ts';

/**
 * Answers per CPU-second in the middle of a run: from the end of the first fifth of the answers to nineteen twentieths of them. Start, warm-up of a
 * compiler and the report at the end are left out for every client alike.
 */
function perCpuSecond(sample: Sample, trial: Trial, tokensPerAnswer: number): number | undefined {
  if (!isWhole(sample, trial)) return undefined;
  const endsNs = sample.seen.map(({ lastTokenNs }) => lastTokenNs).sort((a, b) => a - b);
  const from = Math.floor(endsNs.length * 0.2);
  const to = Math.floor(endsNs.length * 0.95);
  const seconds = cpuBetween(sample.run, endsNs[from] ?? Number.NaN, endsNs[to] ?? Number.NaN);
  return ((to - from) * tokensPerAnswer) / seconds;
}

const middleShare = ({ seen, run }: Sample): number => {
  const endsNs = seen.map(({ lastTokenNs }) => lastTokenNs).sort((a, b) => a - b);
  const fromNs = endsNs[Math.floor(endsNs.length * 0.2)] ?? Number.NaN;
  const toNs = endsNs[Math.floor(endsNs.length * 0.95)] ?? Number.NaN;
  return (100 * cpuBetween(run, fromNs, toNs)) / ((toNs - fromNs) / 1e9);
};

/** All CPU time of the client, its start and its report too, over all answers. */
function perCpuSecondOfAll(sample: Sample, trial: Trial, tokensPerAnswer: number): number | undefined {
  const seconds = sample.run.cpu.at(-1)?.seconds;
  return isWhole(sample, trial) && seconds !== undefined ? (sample.seen.length * tokensPerAnswer) / seconds : undefined;
}

const TOKENS = 500;

export const tokens: Row = {
  trial: ({ speed }) => ({
    ...AS_FAST_AS_IT_GOES,
    load: { streams: 50, requests: speed === 'fast' ? 6_000 : 600, outputTokens: TOKENS },
  }),
  figures: [
    { name: 'streamed tokens per client CPU-second', of: (s, t) => perCpuSecond(s, t, TOKENS), digits: 0 },
    { name: '… start and report of the client included', of: (s, t) => perCpuSecondOfAll(s, t, TOKENS), digits: 0 },
    { name: '… the client used of its core, %', of: middleShare, digits: 0 },
    {
      name: '… events per CPU-second of the server, millions',
      of: ({ seen, serverCpuSeconds }) => (seen.length * TOKENS) / serverCpuSeconds / 1e6,
      digits: 1,
    },
  ],
};

export const requests: Row = {
  trial: ({ speed }) => ({
    ...AS_FAST_AS_IT_GOES,
    load: { streams: 64, requests: speed === 'fast' ? 60_000 : 3_000, outputTokens: 1 },
  }),
  figures: [
    { name: 'requests per client CPU-second', of: (s, t) => perCpuSecond(s, t, 1), digits: 0 },
    { name: '… start and report of the client included', of: (s, t) => perCpuSecondOfAll(s, t, 1), digits: 0 },
    { name: '… the client used of its core, %', of: middleShare, digits: 0 },
  ],
};
