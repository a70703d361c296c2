import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Load } from '../client.ts';
import { installPythonPackage } from '../install.ts';
import { writeTokenizer } from '../tokenizer.ts';

const VERSION = '0.8.1';

interface Distribution {
  readonly mean: number;
  readonly percentiles: { readonly p99: number };
}

interface Benchmark {
  readonly metrics: {
    readonly request_totals: { readonly successful: number };
    readonly time_to_first_token_ms: { readonly successful: Distribution };
    readonly inter_token_latency_ms: { readonly successful: Distribution };
  };
}

const profileOf = ({ streams, ratePerSecond, arrival }: Load): string =>
  streams === undefined ? `kind=${arrival},rate=${ratePerSecond}` : `kind=concurrent,streams=${streams}`;

/** Its inter-token latency is one mean for each request, so it has a mean and no percentile of gaps. */
export const guidellm: Client = {
  name: 'guidellm',
  install: (cache) => {
    const programs = installPythonPackage(cache, 'guidellm', VERSION);
    if (typeof programs !== 'string') return programs;
    const tokenizer = writeTokenizer(cache);
    return {
      name: `GuideLLM ${VERSION}`,
      speed: 'slow',
      command: (load, origin, folder) => ({
        env: { HF_HUB_OFFLINE: '1', GUIDELLM__MAX_WORKER_PROCESSES: '1' },
        argv: [
          ...[join(programs, 'guidellm'), 'run', '--backend', `kind=openai_http,target=${origin},model=truth`],
          ...['--profile', profileOf(load), '--constraint', `kind=max_requests,count=${load.requests}`],
          ...['--tokenizer', `kind=hf_auto,model=${tokenizer}`],
          ...['--data', `kind=synthetic_text,prompt_tokens=32,output_tokens=${load.outputTokens}`],
          ...['--output', `kind=json,path=${join(folder, 'result.json')}`, '--disable-console'],
        ],
      }),
      read: (folder) => {
        const { benchmarks } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as {
          benchmarks: readonly [Benchmark];
        };
        const { request_totals, time_to_first_token_ms, inter_token_latency_ms } = benchmarks[0].metrics;
        return {
          succeeded: request_totals.successful,
          ttftMeanMs: time_to_first_token_ms.successful.mean,
          ttftP99Ms: time_to_first_token_ms.successful.percentiles.p99,
          itlMeanMs: inter_token_latency_ms.successful.mean,
        };
      },
    };
  },
};
