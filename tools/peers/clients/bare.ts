import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mean, quantile } from '../../experiments/truth.ts';
import type { Client } from '../client.ts';
import { gapsMsOf } from './assay.ts';

const SCRIPT = fileURLToPath(new URL('../bare/bare-client.ts', import.meta.url));

interface BareRecord {
  readonly sentMs: number;
  readonly firstTokenMs: number;
  readonly outcome: string;
  readonly arrivals: readonly number[];
}

function bare(name: string, kind: 'net' | 'undici'): Client {
  return {
    name,
    install: () => ({
      name,
      speed: 'fast',
      command: (load, origin, folder) => ({
        argv: [
          process.execPath,
          '--conditions=@assay/source',
          '--disable-warning=ExperimentalWarning',
          SCRIPT,
          kind,
          new URL(origin).port,
          folder,
          JSON.stringify(load),
        ],
      }),
      read: (folder) => {
        const records = readFileSync(join(folder, 'requests.jsonl'), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as BareRecord)
          .filter(({ outcome }) => outcome === 'ok');
        const ttftsMs = records.map(({ firstTokenMs, sentMs }) => firstTokenMs - sentMs);
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
}

export const bareNet: Client = bare('bare-net', 'net');
export const bareUndici: Client = bare('bare-undici', 'undici');
