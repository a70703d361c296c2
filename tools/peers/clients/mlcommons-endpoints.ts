import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Load } from '../client.ts';

interface Series {
  readonly avg: number;
  readonly percentiles: Readonly<Record<string, number>>;
}

interface Summary {
  readonly n_samples_completed: number;
  readonly n_samples_failed: number;
  readonly ttft?: Series;
}

const loadFlags = ({ streams, ratePerSecond }: Load): string[] =>
  streams === undefined
    ? ['--load-pattern', 'poisson', '--target-qps', String(ratePerSecond), '--duration', '0']
    : [
        '--load-pattern',
        'concurrency',
        '--concurrency',
        String(streams),
        '--max-connections',
        String(Math.max(64, streams)),
      ];

/**
 * It is in no package registry, so nothing here installs it: a virtual environment that its own documentation made counts when it lies in the cache
 * folder as `mlcommons-endpoints`. It has no constant rate and no percentile of gaps; its report is in nanoseconds.
 */
export const mlcommonsEndpoints: Client = {
  name: 'mlcommons-endpoints',
  install: (cache) => {
    const program = join(cache, 'mlcommons-endpoints', 'bin', 'inference-endpoint');
    if (!existsSync(program)) {
      return {
        reason: 'no package registry has it; put an environment of it into the cache folder as mlcommons-endpoints',
      };
    }
    return {
      name: 'mlcommons endpoints',
      speed: 'slow',
      command: (load, origin, folder) => {
        if (load.arrival === 'constant') return undefined;
        const prompt = JSON.stringify({ prompt: 'word '.repeat(32).trim() });
        writeFileSync(join(folder, 'prompts.jsonl'), `${Array(64).fill(prompt).join('\n')}\n`);
        return {
          env: { HF_HUB_OFFLINE: '1' },
          argv: [
            ...[program, 'benchmark', 'online', '--model', 'truth', '--endpoints', origin],
            ...['--dataset', join(folder, 'prompts.jsonl'), '--num-samples', String(load.requests)],
            ...['--max-output-tokens', String(load.outputTokens), '--streaming', 'on', '--workers', '1'],
            ...[...loadFlags(load), '--no-cpu-affinity', '--report-dir', join(folder, 'report')],
          ],
        };
      },
      read: (folder) => {
        const path = join(folder, 'report', 'performance', 'result_summary.json');
        const summary = JSON.parse(readFileSync(path, 'utf8')) as Summary;
        const ms = (ns: number | undefined): number | undefined => (ns === undefined ? undefined : ns / 1e6);
        return {
          succeeded: summary.n_samples_completed - summary.n_samples_failed,
          ttftMeanMs: ms(summary.ttft?.avg),
          ttftP99Ms: ms(summary.ttft?.percentiles['99']),
        };
      },
    };
  },
};
