import type { Sample } from '../measure.ts';
import type { Row } from './row.ts';

/**
 * Each kind has a count of its own, a power of two, so that the number of faults that a client takes for successes tells the kinds. The largest kinds
 * are those that a client most likely sees.
 */
const KINDS = ['empty', 'malformed', 'cut', 'error-event', 'html-200', 'reset', 'http-500'];
const PLAN = KINDS.map((kind, index) => `${kind}:${2 ** index}`).join(',');
const FAULTS = 2 ** KINDS.length - 1;
const REQUESTS = 300;

function takenForSuccess({ reported, seen, run }: Sample): string | undefined {
  if (run.isTimedOut) return 'hangs';
  if (reported.succeeded === undefined) return undefined;
  const planned = seen.filter(({ fault }) => fault !== null).length;
  if (planned !== FAULTS) return `${reported.succeeded} successes, but ${planned} faults arrived`;
  const excess = reported.succeeded - (REQUESTS - FAULTS);
  if (excess < 0) return `none, and ${-excess} good ones failed`;
  const kinds = KINDS.filter((_, index) => (excess >> index) % 2 === 1);
  return kinds.length === 0 ? '0' : `${kinds.length}: ${kinds.join(' ')}`;
}

export const faults: Row = {
  rounds: 1,
  trial: () => ({
    ttftUs: 5_000,
    itlUs: 1_000,
    serverOptions: [`faults=${PLAN}`],
    budgetMs: 75_000,
    load: { streams: 8, requests: REQUESTS, outputTokens: 16 },
  }),
  figures: [{ name: 'kinds of faults counted as success, of 7', of: takenForSuccess }],
};

export const stall: Row = {
  rounds: 1,
  trial: () => ({
    ttftUs: 5_000,
    itlUs: 1_000,
    serverOptions: ['faults=stall:1'],
    budgetMs: 75_000,
    load: { streams: 4, requests: 20, outputTokens: 16 },
  }),
  figures: [
    {
      name: 'a stream that stalls for ever',
      of: ({ run, reported }) => (run.isTimedOut ? 'hangs' : `ends, ${reported.succeeded ?? 'no'} successes of 20`),
    },
  ],
};

export const role: Row = {
  trial: () => ({
    ttftUs: 100_300,
    itlUs: 5_000,
    serverOptions: ['role-at-accept'],
    budgetMs: 90_000,
    load: { streams: 4, requests: 40, outputTokens: 16 },
  }),
  figures: [
    {
      name: 'role event at accept, first token at 100.3 ms: TTFT reported, ms',
      of: ({ reported }) => reported.ttftMeanMs,
      digits: 1,
    },
  ],
};
