import { join } from 'node:path';
import { MetricsPage } from './counters.ts';
import {
  type EngineContext,
  type EngineDriver,
  type EngineInterface,
  type RunningEngine,
  type ServerCount,
  TOKEN_ID_QUESTION,
} from './engine.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { runSetup } from './setup-step.ts';
import { isWholeCompletion, isWholeOpenAi, isWholeResponses } from './whole-answers.ts';

const PACKAGE_VERSION = '11434.0.0';
const READY_WITHIN_MS = 300_000;
/** More than the context of one slot (4096 tokens); counted in words of at least one token. */
const TOO_LONG = ['--input-tokens', '6000', '--output-tokens', '4'];

function face(backend: string, api: string, isWhole: EngineInterface['isWhole']): EngineInterface {
  return {
    backend,
    api,
    isWhole,
    ...(backend === 'llama-cpp' && (api === 'native' || api === 'completions') ? { preflight: TOKEN_ID_QUESTION } : {}),
    refusals: [true, false].map((streaming) => ({
      name: 'prompt too long',
      flags: TOO_LONG,
      streaming,
      codes: ['HTTP_400'],
    })),
  };
}

/** llama.cpp's server: the cheapest engine, with its native interface and OpenAI's. */
export const llamaCpp: EngineDriver = {
  name: 'llama-cpp',
  interfaces: [
    face('llama-cpp', 'native', isWholeCompletion),
    face('llama-cpp', 'chat', isWholeOpenAi),
    face('llama-cpp', 'completions', isWholeOpenAi),
    face('llama-cpp', 'responses', isWholeResponses),
    face('openai', 'chat', isWholeOpenAi),
  ],
  install: (context) => runSetup('llama-cpp.sh', [context.cache], context),
  start,
};

async function start({ cache, work }: EngineContext): Promise<RunningEngine> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = new ServerProcess({
    command: join(cache, `llama-cpp-${PACKAGE_VERSION}`, 'build/bin/llama-server'),
    args: [
      ...['-m', join(cache, 'model-gguf/tiny.gguf'), '--alias', 'tiny', '--host', '127.0.0.1', '--port', String(port)],
      ...['-c', '16384', '-np', '4', '-t', '1', '--metrics', '--slots', '--jinja', '--no-webui'],
    ],
    logFile: join(work, `llama-cpp-${port}.log`),
  });
  await server.waitUntilReady(`${origin}/health`, READY_WITHIN_MS);
  return {
    origin,
    version: `b${PACKAGE_VERSION.split('.')[0]}`,
    pid: server.pid,
    readCount: () => readCount(origin, server),
    waitForEnd: (timeoutMs) => server.waitForEnd(timeoutMs),
    stop: () => server.stop(),
  };
}

/** Cached prompt tokens are counted apart here, and finished requests in the log alone. */
async function readCount(origin: string, server: ServerProcess): Promise<ServerCount> {
  const page = await MetricsPage.fetch(`${origin}/metrics`);
  const processed = page.sum('llamacpp:prompt_tokens_total');
  const cached = page.sum('llamacpp:prompt_tokens_cached_total');
  return {
    requests: server.log().match(/slot +release: .*stop processing/g)?.length ?? 0,
    promptTokens: processed === undefined || cached === undefined ? undefined : processed + cached,
    generatedTokens: page.sum('llamacpp:tokens_predicted_total'),
  };
}
