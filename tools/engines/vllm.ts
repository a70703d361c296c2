import { join } from 'node:path';
import { MetricsPage } from './counters.ts';
import {
  type EngineContext,
  type EngineDriver,
  type EngineInterface,
  type RunningEngine,
  TOKEN_ID_QUESTION,
} from './engine.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { runSetup } from './setup-step.ts';
import { isWholeForcedResponses, isWholeOpenAi } from './whole-answers.ts';

/** Most of it is imports. */
const READY_WITHIN_MS = 600_000;
const TOO_LONG = ['--input-tokens', '6000', '--output-tokens', '4'];

function face(backend: string, api: string, isWhole: EngineInterface['isWhole']): EngineInterface {
  return {
    backend,
    api,
    isWhole,
    ...(api === 'completions' ? { preflight: TOKEN_ID_QUESTION } : {}),
    refusals: [true, false].map((streaming) => ({
      name: 'prompt too long',
      flags: TOO_LONG,
      streaming,
      codes: ['HTTP_400'],
    })),
  };
}

/** vLLM's own engine on a CPU, with a random model. */
export const vllm: EngineDriver = {
  name: 'vllm',
  interfaces: [
    face('vllm', 'chat', isWholeOpenAi),
    face('vllm', 'completions', isWholeOpenAi),
    face('vllm', 'responses', isWholeForcedResponses),
  ],
  install: (context) => runSetup('vllm.sh', [context.cache], context),
  start: (context) => startVllm(context),
};

async function startVllm({ cache, work }: EngineContext): Promise<RunningEngine> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const bin = join(cache, 'vllm/bin');
  const server = new ServerProcess({
    command: join(bin, 'vllm'),
    args: [
      ...['serve', join(cache, 'model-safetensors'), '--served-model-name', 'tiny', '--host', '127.0.0.1'],
      ...['--port', String(port), '--max-model-len', '4096', '--dtype', 'float32', '--enforce-eager'],
      ...['--enable-prefix-caching', '--enable-prompt-tokens-details'],
    ],
    env: {
      VLLM_CPU_KVCACHE_SPACE: '1',
      VLLM_CPU_OMP_THREADS_BIND: 'nobind',
      OMP_NUM_THREADS: '1',
      VLLM_NO_USAGE_STATS: '1',
      HF_HUB_OFFLINE: '1',
      TOKENIZERS_PARALLELISM: 'false',
      PATH: `${bin}:${process.env['PATH']}`,
    },
    logFile: join(work, `vllm-${port}.log`),
  });
  await server.waitUntilReady(`${origin}/health`, READY_WITHIN_MS);
  const { version } = (await (await fetch(`${origin}/version`)).json()) as { version: string };
  return {
    origin,
    version,
    pid: server.pid,
    readCount: async () => {
      const page = await MetricsPage.fetch(`${origin}/metrics`);
      return {
        requests: page.sum('vllm:request_success_total'),
        promptTokens: page.sum('vllm:prompt_tokens_total'),
        generatedTokens: page.sum('vllm:generation_tokens_total'),
      };
    },
    waitForEnd: (timeoutMs) => server.waitForEnd(timeoutMs),
    stop: () => server.stop(),
  };
}
