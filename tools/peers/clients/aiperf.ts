import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Load } from '../client.ts';
import { installPythonPackage } from '../install.ts';
import { writeTokenizer } from '../tokenizer.ts';

const VERSION = '0.13.0';

interface Statistics {
  readonly avg: number;
  readonly p99?: number;
}

const loadFlags = ({ streams, ratePerSecond, arrival }: Load): string[] =>
  streams === undefined
    ? ['--request-rate', String(ratePerSecond), '--arrival-pattern', arrival ?? 'constant']
    : ['--concurrency', String(streams)];

export const aiperf: Client = {
  name: 'aiperf',
  install: (cache) => {
    const programs = installPythonPackage(cache, 'aiperf', VERSION);
    if (typeof programs !== 'string') return programs;
    const tokenizer = writeTokenizer(cache);
    return {
      name: `AIPerf ${VERSION}`,
      speed: 'slow',
      command: (load, origin, folder) => ({
        // Told to stay offline, it refuses a tokenizer in a folder; a folder needs no network.
        argv: [
          ...[join(programs, 'aiperf'), 'profile', '--model', 'truth', '--url', origin, '--endpoint-type', 'chat'],
          ...['--streaming', ...loadFlags(load), '--request-count', String(load.requests)],
          ...['--isl', '32', '--isl-stddev', '0', '--osl', String(load.outputTokens), '--osl-stddev', '0'],
          ...['--tokenizer', tokenizer, '--ui', 'none', '--artifact-dir', folder],
        ],
      }),
      read: (folder) => {
        const result = JSON.parse(readFileSync(join(folder, 'profile_export_aiperf.json'), 'utf8')) as Record<
          string,
          Statistics | undefined
        >;
        return {
          succeeded: result['request_count']?.avg,
          ttftMeanMs: result['time_to_first_token']?.avg,
          ttftP99Ms: result['time_to_first_token']?.p99,
          itlMeanMs: result['inter_token_latency']?.avg,
          itlP99Ms: result['inter_token_latency']?.p99,
        };
      },
    };
  },
};
