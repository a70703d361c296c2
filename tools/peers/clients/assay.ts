import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean, quantile, type RecordLine } from '../../experiments/truth.ts';
import type { Client } from '../client.ts';

const CLI = fileURLToPath(new URL('../../../apps/cli/bin/assay.js', import.meta.url));

interface TimedRecord extends RecordLine {
  readonly arrivals: readonly number[];
}

/** Gaps between tokens of a record, ms: `arrivals` holds pairs of µs since the arrival before and tokens in this one. */
export function gapsMsOf(arrivals: readonly number[]): number[] {
  return arrivals
    .filter((_, index) => index % 2 === 0)
    .slice(1)
    .map((us) => us / 1000);
}

/** As every other client does, each run draws anew: 1, 2, 3, … */
let runs = 0;

export const assay: Client = {
  name: 'assay',
  install: () => ({
    name: 'assay',
    speed: 'fast',
    command: (load, origin, folder) => ({
      argv: [
        process.execPath,
        CLI,
        'run',
        '--target',
        origin,
        ...(load.streams === undefined
          ? ['--rate', String(load.ratePerSecond), '--arrival', load.arrival ?? 'constant']
          : ['--concurrency', String(load.streams)]),
        '--requests',
        String(load.requests),
        '--input-tokens',
        '32',
        '--output-tokens',
        String(load.outputTokens),
        '--seed',
        String(++runs),
        '--stall-timeout',
        '5s',
        '--out',
        join(folder, 'run'),
      ],
    }),
    read: (folder) => {
      const records = readFileSync(join(folder, 'run', 'requests.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as TimedRecord)
        .filter(({ outcome, phase }) => outcome === 'ok' && phase === 'measure');
      const ttftsMs = records.map(({ firstTokenMs, sentMs }) => (firstTokenMs ?? Number.NaN) - (sentMs ?? Number.NaN));
      const gapsMs = records.flatMap(({ arrivals }) => gapsMsOf(arrivals));
      return {
        succeeded: records.length,
        ttftMeanMs: mean(ttftsMs),
        ttftP99Ms: quantile(ttftsMs, 0.99),
        itlMeanMs: gapsMs.length === 0 ? undefined : mean(gapsMs),
        itlP99Ms: gapsMs.length === 0 ? undefined : quantile(gapsMs, 0.99),
      };
    },
  }),
};
