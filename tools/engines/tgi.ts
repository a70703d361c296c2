import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MetricsPage } from './counters.ts';
import type { EngineContext, EngineDriver, EngineInterface, RunningEngine, ServerCount } from './engine.ts';
import { freePort, ServerProcess } from './server-process.ts';
import { runSetup, SETUP_FOLDER } from './setup-step.ts';
import { isWholeGenerateStream, isWholeOpenAi } from './whole-answers.ts';

const READY_WITHIN_MS = 300_000;
const SHARD_WITHIN_MS = 120_000;
const MAX_INPUT_TOKENS = 3072;
const TOO_LONG = ['--input-tokens', '6000', '--output-tokens', '4'];

function face(api: string, isWhole: EngineInterface['isWhole']): EngineInterface {
  const refuse = (streaming: boolean, code: string) => ({
    name: 'prompt too long',
    flags: TOO_LONG,
    streaming,
    codes: [code],
  });
  return {
    backend: 'tgi',
    api,
    isWhole,
    refusals: [refuse(true, 'STREAM_ERROR_EVENT'), refuse(false, 'HTTP_422')],
  };
}

/** The real router of text-generation-inference: HTTP, queue, batches, errors and metrics. The shard behind it has no model. */
export const tgi: EngineDriver = {
  name: 'tgi',
  interfaces: [face('native', isWholeGenerateStream), face('chat', isWholeOpenAi), face('completions', isWholeOpenAi)],
  install: (context) => runSetup('tgi.sh', [context.cache, context.tgiSource ?? ''], context),
  start,
};

async function start(context: EngineContext): Promise<RunningEngine> {
  const { cache, work } = context;
  const home = join(cache, 'tgi');
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const socket = join(work, `shard-${port}-0`);
  const shard = await startShard(context, socket);
  const folder = prepareFolder(context, port);
  const router = new ServerProcess({
    command: join(home, 'source/target/debug/text-generation-router'),
    args: [
      ...['--hostname', '127.0.0.1', '--port', String(port), '--prometheus-port', String(await freePort())],
      ...['--master-shard-uds-path', socket, '--tokenizer-name', 'tiny', '--usage-stats', 'off'],
      ...['--max-input-tokens', String(MAX_INPUT_TOKENS), '--max-total-tokens', '4096'],
      ...['--max-batch-prefill-tokens', '4096'],
    ],
    env: { LD_LIBRARY_PATH: readFileSync(join(home, 'libpython-dir'), 'utf8').trim(), HF_HUB_OFFLINE: '1' },
    cwd: folder,
    logFile: join(work, `tgi-router-${port}.log`),
  });
  await router.waitUntilReady(`${origin}/health`, READY_WITHIN_MS);
  const { version } = (await (await fetch(`${origin}/info`)).json()) as { version: string };
  return {
    origin,
    version,
    pid: router.pid,
    readCount: () => readCount(origin),
    waitForEnd: async (timeoutMs) => {
      const end = await router.waitForEnd(timeoutMs);
      await shard.stop();
      return end;
    },
    stop: async () => {
      await router.stop();
      await shard.stop();
    },
  };
}

async function startShard({ cache, work }: EngineContext, socket: string): Promise<ServerProcess> {
  const home = join(cache, 'tgi');
  const shard = new ServerProcess({
    command: join(home, 'python/bin/python'),
    args: [join(SETUP_FOLDER, 'tgi_shard.py'), socket, join(cache, 'model-tokenizer/tokenizer.json')],
    env: { PYTHONPATH: join(home, 'stubs') },
    logFile: join(work, 'tgi-shard.log'),
  });
  const deadlineMs = performance.now() + SHARD_WITHIN_MS;
  while (!existsSync(socket)) {
    if (performance.now() > deadlineMs) throw new Error(`the shard is not ready:\n${shard.log()}`);
    await sleep(100);
  }
  return shard;
}

/** The router asks Python's transformers for its tokenizer, and without them takes the file that lies in `out`. */
function prepareFolder({ cache, work }: EngineContext, port: number): string {
  const folder = join(work, `tgi-${port}`);
  const model = join(cache, 'model-tokenizer');
  mkdirSync(join(folder, 'out'), { recursive: true });
  copyFileSync(join(model, 'tokenizer.json'), join(folder, 'out/tokenizer.json'));
  symlinkSync(model, join(folder, 'tiny'));
  return folder;
}

/** A series appears with its first sample. `tgi_request_count` counts requests of OpenAI's interfaces twice: not read. */
async function readCount(origin: string): Promise<ServerCount> {
  const page = await MetricsPage.fetch(`${origin}/metrics`);
  return {
    requests: (page.sum('tgi_request_success') ?? 0) + (page.sum('tgi_request_failure') ?? 0),
    promptTokens: page.sum('tgi_request_input_length_sum') ?? 0,
    generatedTokens: page.sum('tgi_request_generated_tokens_sum') ?? 0,
  };
}
