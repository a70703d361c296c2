import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EngineAbsentError, type EngineContext, type EngineDriver } from './engine.ts';
import { runKilledServer } from './killed-server.ts';
import { kserve } from './kserve.ts';
import { llamaCpp } from './llama-cpp.ts';
import { type CaseResult, type ConformanceOutcome, type EngineReason, toTable } from './report.ts';
import { runSuite } from './suite.ts';
import { tgi } from './tgi.ts';
import { triton } from './triton.ts';
import { vllm } from './vllm.ts';

const DRIVERS: readonly EngineDriver[] = [llamaCpp, triton, vllm, kserve, tgi];
/** Enough to see what is wrong; all of them stand in the JSON file. */
const SHOWN_DISAGREEMENTS = 5;
const EXIT = { agrees: 0, disagrees: 1, usage: 2, skipped: 3 } as const;

const USAGE = `usage: conformance.ts [--cache DIR] [--json FILE] [--api NAME] [--tgi-source DIR] [--keep] ENGINE...
engines: ${DRIVERS.map(({ name }) => name).join(' ')} (all where none is named)
  --cache DIR   what is installed stays there (default: a folder of the user's cache directory)
  --json FILE   write the results there as well
  --api NAME    only this interface: native, chat, completions or responses
  --tgi-source DIR  checkout of text-generation-inference, for tgi
  --keep        keep the run directories and logs, and say where they are
exit code: ${EXIT.agrees} all agree, ${EXIT.disagrees} a disagreement, ${EXIT.skipped} an engine was skipped, ${EXIT.usage} usage`;

function defaultCache(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'assay', 'engines');
}

async function runEngine(driver: EngineDriver, context: EngineContext, results: CaseResult[]): Promise<void> {
  await driver.install(context);
  const engine = await driver.start(context);
  try {
    for await (const result of runSuite({ driver, engine, work: context.work, note: context.note }))
      results.push(result);
  } finally {
    await engine.stop();
  }
  for (const face of driver.interfaces) {
    if (face.streaming?.includes(true) === false) continue;
    for (const signal of ['SIGKILL', 'SIGTERM'] as const)
      results.push(await runKilledServer(driver, face, signal, context));
  }
}

/** Runs the engines one after another; one that cannot be had or breaks does not keep the next one from its turn. */
async function runEngines(drivers: readonly EngineDriver[], context: EngineContext): Promise<ConformanceOutcome> {
  const results: CaseResult[] = [];
  const skipped: EngineReason[] = [];
  const failed: EngineReason[] = [];
  for (const driver of drivers) {
    try {
      await runEngine(driver, context, results);
    } catch (error) {
      if (error instanceof EngineAbsentError) skipped.push({ engine: driver.name, reason: error.message });
      else failed.push({ engine: driver.name, reason: String(error) });
    }
  }
  return { results, skipped, failed };
}

/** The drivers of the given names, all where there is none, with the interfaces of one kind where that is asked for. */
function chooseDrivers(names: readonly string[], api: string | undefined): EngineDriver[] {
  return DRIVERS.filter(({ name }) => names.length === 0 || names.includes(name)).map((driver) => ({
    ...driver,
    interfaces: driver.interfaces.filter((face) => api === undefined || face.api === api),
  }));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cache: { type: 'string' },
      json: { type: 'string' },
      api: { type: 'string' },
      'tgi-source': { type: 'string' },
      keep: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const unknown = positionals.filter((name) => !DRIVERS.some((driver) => driver.name === name));
  if (values.help === true || unknown.length > 0) {
    console.error(unknown.length > 0 ? `unknown engine ${unknown.join(', ')}\n${USAGE}` : USAGE);
    return unknown.length > 0 ? EXIT.usage : EXIT.agrees;
  }
  const cache = resolve(values.cache ?? defaultCache());
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'assay-engines-'));
  const source = values['tgi-source'];
  const tgiSource = source === undefined ? undefined : resolve(source);
  const context: EngineContext = { cache, work, tgiSource, note: (text) => console.error(text) };
  try {
    return conclude(await runEngines(chooseDrivers(positionals, values.api), context), values.json);
  } finally {
    if (values.keep === true) console.error(`kept: ${work}`);
    else rmSync(work, { recursive: true, force: true });
  }
}

function conclude(outcome: ConformanceOutcome, jsonFile: string | undefined): number {
  const { results, skipped, failed } = outcome;
  if (results.length > 0) console.log(toTable(results));
  for (const { engine, reason } of skipped) console.log(`skipped: ${engine}: ${reason}`);
  for (const { engine, reason } of failed) console.log(`failed: ${engine}: ${reason}`);
  const wrong = results.filter(({ disagreements }) => disagreements.length > 0);
  for (const { engine, backend, api, streaming, name, disagreements } of wrong) {
    console.log(`\n${engine} ${backend}/${api} ${streaming ? 'streamed' : 'whole'}, ${name}:`);
    for (const text of disagreements.slice(0, SHOWN_DISAGREEMENTS)) console.log(`  ${text}`);
  }
  const failures = wrong.length + failed.length;
  console.log(`\n${results.length - wrong.length} passed, ${failures} failed, ${skipped.length} skipped`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(outcome, undefined, 2)}\n`);
  if (failures > 0) return EXIT.disagrees;
  return skipped.length > 0 || results.length === 0 ? EXIT.skipped : EXIT.agrees;
}

// Everything is printed and written; a socket that a killed server left behind is not waited for.
process.exit(await main());
