import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assay, runAssay } from './assay-run.ts';
import type { EngineDriver } from './engine.ts';
import { llamaCpp } from './llama-cpp.ts';
import { interfaceFlags } from './suite.ts';
import { vllm } from './vllm.ts';

/** Engines whose time can be fitted: those with a model. */
const ENGINES: readonly { readonly driver: EngineDriver; readonly api: string; readonly slots: number }[] = [
  { driver: llamaCpp, api: 'completions', slots: 4 },
  { driver: vllm, api: 'completions', slots: 128 },
];

const LENGTHS = ['--input-tokens', 'uniform:20,300', '--output-tokens', 'uniform:8,48'];

/**
 * Fits the simulator's engine to three runs against a real engine and predicts others, at loads between and beyond.
 * usage: calibration.ts [--cache DIR] [--keep] ENGINE [REQUESTS]
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { cache: { type: 'string' }, keep: { type: 'boolean' } },
  });
  const [name = 'llama-cpp', requests = '150'] = positionals;
  const engine = ENGINES.find(({ driver }) => driver.name === name);
  if (engine === undefined) throw new Error(`no such engine: ${name}`);
  const cache = resolve(values.cache ?? join(homedir(), '.cache', 'assay', 'engines'));
  const work = mkdtempSync(join(tmpdir(), 'assay-calibration-'));
  const context = { cache, work, tgiSource: undefined, note: (text: string) => console.error(text) };
  await engine.driver.install(context);
  const running = await engine.driver.start(context);
  const face = engine.driver.interfaces.find(({ api }) => api === engine.api);
  if (face === undefined) throw new Error(`${name} has no interface ${engine.api}`);
  const load = async (label: string, seed: number, flags: readonly string[]): Promise<string> => {
    const folder = join(work, label);
    const common = [...LENGTHS, '--seed', String(seed), '--warmup-requests', '4', '--requests', requests];
    const run = await runAssay([...interfaceFlags(running.origin, face, true), ...common, ...flags], folder);
    console.error(`${label}: ${run.exitCode === 0 ? 'measured' : `ended with ${run.exitCode}: ${run.stderr}`}`);
    return folder;
  };
  try {
    const full = await load('four-at-once', 1, ['--concurrency', '4']);
    const rate = requestRate(full);
    const open = (share: number): string[] => ['--arrival', 'poisson', '--rate', (share * rate).toFixed(2)];
    const fitted = [
      await load('fit-one-at-once', 2, ['--concurrency', '1']),
      await load('fit-open-60-percent', 3, open(0.6)),
      await load('fit-four-at-once', 4, ['--concurrency', '4']),
    ];
    const heldOut = [
      await load('open-30-percent', 5, open(0.3)),
      await load('open-50-percent', 6, open(0.5)),
      await load('two-at-once', 7, ['--concurrency', '2']),
      full,
      await load('eight-at-once', 8, ['--concurrency', '8']),
    ];
    const args = ['sim', 'calibrate', ...fitted, '--slots', String(engine.slots), '--held-out', ...heldOut];
    const { stdout, stderr } = await assay(args);
    console.log(`${name} ${running.version}\n${stdout}${stderr}`);
  } finally {
    await running.stop();
    if (values.keep === true) console.error(`kept: ${work}`);
    else rmSync(work, { recursive: true, force: true });
  }
}

/** Answered requests per second of a closed loop. */
function requestRate(folder: string): number {
  const { metrics } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as {
    metrics: { id: string; state: string; value?: number }[];
  };
  const rate = metrics.find(({ id, state }) => id === 'requests_per_second' && state === 'measured')?.value;
  if (rate === undefined) throw new Error(`${folder} has no rate`);
  return rate;
}

await main();
