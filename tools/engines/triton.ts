import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MetricsPage } from './counters.ts';
import type { EngineContext, EngineDriver, RunningEngine } from './engine.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { runSetup, SETUP_FOLDER } from './setup-step.ts';
import { isWholeTriton } from './whole-answers.ts';

const READY_WITHIN_MS = 300_000;

/** Triton with a model of its Python backend: the generate extension is the server's own, whatever the backend. */
export const triton: EngineDriver = {
  name: 'triton',
  interfaces: [
    {
      backend: 'triton',
      api: 'native',
      flags: ['--model', 'tiny'],
      isWhole: isWholeTriton,
      uncounted: [
        { count: 'promptTokens', reason: 'the answers do not say it' },
        { count: 'generatedTokens', streaming: false, reason: 'a whole answer does not say it' },
      ],
    },
  ],
  install: (context) => runSetup('triton.sh', [context.cache], context),
  start,
};

async function start({ cache, work }: EngineContext): Promise<RunningEngine> {
  const home = join(cache, 'triton');
  const server = join(home, 'server');
  const packages = join(home, 'packages');
  const [http, grpc, metrics] = [await freePort(), await freePort(), await freePort()];
  // A copy: the Python backend writes beside the models.
  const models = join(work, `triton-models-${http}`);
  cpSync(join(SETUP_FOLDER, 'triton-models'), models, { recursive: true });
  const origin = `http://127.0.0.1:${http}`;
  const running = new ServerProcess({
    command: join(server, 'bin/tritonserver'),
    args: [
      ...[`--model-repository=${models}`, `--backend-directory=${join(server, 'backends')}`],
      ...['--http-address=127.0.0.1', `--http-port=${http}`, '--grpc-address=127.0.0.1', `--grpc-port=${grpc}`],
      ...['--metrics-address=127.0.0.1', `--metrics-port=${metrics}`, '--metrics-interval-ms=100'],
    ],
    env: {
      LD_LIBRARY_PATH: [
        readFileSync(join(home, 'libpython-dir'), 'utf8').trim(),
        join(packages, 'nvidia_pytriton.libs'),
      ].join(':'),
      PYTHONPATH: packages,
      PATH: `${join(home, 'bin')}:${process.env['PATH']}`,
    },
    logFile: join(work, `triton-${http}.log`),
  });
  await running.waitUntilReady(`${origin}/v2/health/ready`, READY_WITHIN_MS);
  const { version } = (await (await fetch(`${origin}/v2`)).json()) as { version: string };
  return {
    origin,
    version,
    pid: running.pid,
    readCount: async () => {
      const page = await MetricsPage.fetch(`http://127.0.0.1:${metrics}/metrics`);
      return {
        requests: page.sum('nv_inference_request_success', 'model="tiny"'),
        promptTokens: page.sum('tiny_prompt_tokens_total'),
        generatedTokens: page.sum('tiny_generated_tokens_total'),
      };
    },
    waitForEnd: (timeoutMs) => running.waitForEnd(timeoutMs),
    stop: () => running.stop(),
  };
}
