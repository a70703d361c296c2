import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Load } from '../client.ts';
import { installPythonPackage } from '../install.ts';
import { writeTokenizer } from '../tokenizer.ts';

const VERSION = '0.7.0';

interface Statistics {
  readonly mean: number;
  readonly p99?: number;
}

interface Summary {
  readonly successes: {
    readonly count: number;
    readonly latency: {
      readonly time_to_first_token?: Statistics | null;
      readonly inter_token_latency?: Statistics | null;
    };
  };
}

const fixed = (length: number): object => ({ min: length, max: length, mean: length, std_dev: 0, total_count: 10_000 });

function toLoad({ streams, ratePerSecond = 1, arrival, requests }: Load): object {
  return streams === undefined
    ? {
        type: arrival,
        stages: [{ rate: ratePerSecond, duration: Math.ceil(requests / ratePerSecond) }],
        num_workers: 1,
      }
    : { type: 'concurrent', stages: [{ num_requests: requests, concurrency_level: streams }], num_workers: 1 };
}

/**
 * Its configuration is YAML, of which JSON is a part; its report is in seconds. Prompts of a fixed length exist for completions only.
 */
export const inferencePerf: Client = {
  name: 'inference-perf',
  install: (cache) => {
    const programs = installPythonPackage(cache, 'inference-perf', VERSION);
    if (typeof programs !== 'string') return programs;
    const tokenizer = writeTokenizer(cache);
    return {
      name: `inference-perf ${VERSION}`,
      speed: 'slow',
      command: (load, origin, folder) => {
        const configuration = {
          api: { type: 'completion', streaming: true },
          data: {
            type: 'random',
            input_distribution: fixed(32),
            output_distribution: fixed(load.outputTokens),
          },
          load: toLoad(load),
          server: { type: 'vllm', model_name: 'truth', base_url: origin, ignore_eos: true },
          tokenizer: { pretrained_model_name_or_path: tokenizer },
          storage: { local_storage: { path: folder } },
        };
        writeFileSync(join(folder, 'configuration.yml'), JSON.stringify(configuration));
        return {
          env: { HF_HUB_OFFLINE: '1' },
          argv: [join(programs, 'inference-perf'), '-c', join(folder, 'configuration.yml')],
        };
      },
      read: (folder) => {
        const text = readFileSync(join(folder, 'summary_lifecycle_metrics.json'), 'utf8');
        const { count, latency } = (JSON.parse(text) as Summary).successes;
        const ms = (seconds: number | undefined): number | undefined =>
          seconds === undefined ? undefined : seconds * 1000;
        return {
          succeeded: count,
          ttftMeanMs: ms(latency.time_to_first_token?.mean),
          ttftP99Ms: ms(latency.time_to_first_token?.p99),
          itlMeanMs: ms(latency.inter_token_latency?.mean),
          itlP99Ms: ms(latency.inter_token_latency?.p99),
        };
      },
    };
  },
};
