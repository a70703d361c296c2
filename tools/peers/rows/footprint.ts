import { AS_FAST_AS_IT_GOES, isWhole, type Row } from './row.ts';

export const memory: Row = {
  trial: () => ({
    ...AS_FAST_AS_IT_GOES,
    budgetMs: 180_000,
    isMemoryWanted: true,
    load: { streams: 64, requests: 10_000, outputTokens: 100 },
  }),
  figures: [
    {
      name: 'peak memory over 10,000 requests, MiB',
      of: (sample, trial) => (isWhole(sample, trial) ? sample.run.peakMiB : undefined),
      digits: 0,
    },
  ],
};

export const start: Row = {
  trial: () => ({ ...AS_FAST_AS_IT_GOES, load: { streams: 1, requests: 10, outputTokens: 4 } }),
  figures: [
    {
      name: 'start to first request, s',
      of: ({ seen, run }) => (seen[0] === undefined ? undefined : (seen[0].arrivalNs - run.startedNs) / 1e9),
      digits: 2,
    },
  ],
};
