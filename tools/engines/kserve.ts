import { join } from 'node:path';
import { MetricsPage } from './counters.ts';
import type { EngineContext, EngineDriver, EngineInterface, RunningEngine } from './engine.ts';
import { llamaCpp } from './llama-cpp.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { runSetup, SETUP_FOLDER } from './setup-step.ts';
import { isWholeOpenAi } from './whole-answers.ts';

/** Most of it is imports. */
const READY_WITHIN_MS = 600_000;
const VERSION_NAME = /"version": ?"([^"]+)"/;

const openAi = (api: string): EngineInterface => ({
  backend: 'kserve',
  api,
  flags: ['--model', 'tiny'],
  isWhole: isWholeOpenAi,
});

/** KServe's Python server: OpenAI's interfaces in front of llama.cpp, and its own protocol with a model of its own. */
export const kserve: EngineDriver = {
  name: 'kserve',
  interfaces: [
    openAi('chat'),
    openAi('completions'),
    {
      backend: 'kserve',
      api: 'native',
      flags: ['--model', 'words'],
      streaming: [false],
      isWhole: (_body, isEnded) => isEnded,
      uncounted: [
        { count: 'promptTokens', reason: 'neither side counts tokens' },
        { count: 'generatedTokens', reason: 'neither side counts tokens' },
      ],
    },
  ],
  install: (context) => runSetup('kserve.sh', [context.cache], context),
  start,
};

async function start(context: EngineContext): Promise<RunningEngine> {
  const { cache, work } = context;
  const upstream = await llamaCpp.start(context);
  const [http, grpc] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${http}`;
  const server = new ServerProcess({
    command: join(cache, 'kserve/bin/python'),
    args: [join(SETUP_FOLDER, 'kserve_server.py'), upstream.origin, String(http), String(grpc)],
    logFile: join(work, `kserve-${http}.log`),
  });
  await server.waitUntilReady(`${origin}/v2/health/ready`, READY_WITHIN_MS);
  const version = VERSION_NAME.exec(await (await fetch(`${origin}/v2`)).text())?.[1] ?? 'unknown';
  return {
    origin,
    version,
    pid: server.pid,
    // KServe counts predictions of its own protocols alone; the engine behind it counts those of OpenAI's.
    readCount: async () => {
      const behind = await upstream.readCount();
      const page = await MetricsPage.fetch(`${origin}/metrics`);
      const predictions = page.sum('request_predict_seconds_count', 'model_name="words"') ?? 0;
      return { ...behind, requests: (behind.requests ?? 0) + predictions };
    },
    waitForEnd: async (timeoutMs) => {
      const end = await server.waitForEnd(timeoutMs);
      await upstream.stop();
      return end;
    },
    stop: async () => {
      await server.stop();
      await upstream.stop();
    },
  };
}
