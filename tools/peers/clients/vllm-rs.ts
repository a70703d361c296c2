import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Load } from '../client.ts';
import { extractFromWheel } from '../install.ts';
import { writeTokenizer } from '../tokenizer.ts';

const VERSION = '0.33.0';

function loadFlags({ streams, ratePerSecond, arrival }: Load): string[] {
  if (streams !== undefined) return ['--max-concurrency', String(streams)];
  return ['--request-rate', String(ratePerSecond), '--burstiness', arrival === 'poisson' ? '1.0' : 'inf'];
}

/** vLLM's benchmark in Rust: a plain program in vLLM's wheel. */
export const vllmRs: Client = {
  name: 'vllm-rs',
  install: (cache) => {
    const program = extractFromWheel(cache, { name: 'vllm', version: VERSION, member: 'vllm/vllm-rs' });
    if (typeof program !== 'string') return program;
    const tokenizer = writeTokenizer(cache);
    return {
      name: `vllm-rs ${VERSION}`,
      speed: 'fast',
      command: (load, origin, folder) => ({
        env: { HF_HUB_OFFLINE: '1' },
        argv: [
          ...[program, 'bench', 'serve', '--backend', 'openai-chat', '--base-url', origin],
          ...['--endpoint', '/v1/chat/completions', '--model', 'truth', '--tokenizer', tokenizer],
          ...['--dataset-name', 'random', '--random-input-len', '32', '--random-output-len', String(load.outputTokens)],
          ...['--num-prompts', String(load.requests), '--ignore-eos', '--percentile-metrics', 'ttft,tpot,itl,e2el'],
          ...['--metric-percentiles', '50,99', '--disable-tqdm', '--save-result', '--result-dir', folder],
          ...['--result-filename', 'result.json', ...loadFlags(load)],
        ],
      }),
      read: (folder) => {
        const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as Record<string, number>;
        return {
          succeeded: result['completed'],
          ttftMeanMs: result['mean_ttft_ms'],
          ttftP99Ms: result['p99_ttft_ms'],
          itlMeanMs: result['mean_itl_ms'],
          itlP99Ms: result['p99_itl_ms'],
        };
      },
    };
  },
};
