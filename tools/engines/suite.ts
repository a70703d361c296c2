import { join } from 'node:path';
import { countRecords, figure, runAssay, tokensBySource } from './assay-run.ts';
import { readSettledCount, subtractCounts } from './counters.ts';
import type { EngineDriver, EngineInterface, Refusal, RunningEngine, ServerCount } from './engine.ts';
import type { CaseResult, CountPair } from './report.ts';

interface SuiteCase {
  readonly name: string;
  readonly flags: readonly string[];
}

const CASES: readonly SuiteCase[] = [
  {
    name: 'four at once',
    flags: ['--requests', '40', '--concurrency', '4', '--input-tokens', '40', '--output-tokens', '32'],
  },
  {
    name: 'one token',
    flags: ['--requests', '10', '--concurrency', '2', '--input-tokens', '20', '--output-tokens', '1'],
  },
  {
    name: 'long prompts',
    flags: ['--requests', '8', '--concurrency', '2', '--input-tokens', '700', '--output-tokens', '8'],
  },
  {
    name: 'every event parsed',
    flags: [
      '--requests',
      '20',
      '--concurrency',
      '2',
      '--input-tokens',
      'uniform:5,60',
      '--output-tokens',
      'uniform:2,60',
      '--verify-stream',
    ],
  },
];

/** Open loop, with enough requests for a p90. */
const BENCHMARK: SuiteCase = {
  name: 'benchmark',
  flags: ['--requests', '150', '--rate', '10', '--arrival', 'poisson', '--input-tokens', '60', '--output-tokens', '24'],
};

export interface SuiteContext {
  readonly driver: EngineDriver;
  readonly engine: RunningEngine;
  readonly work: string;
  readonly note: (text: string) => void;
}

/** Every case on every interface, streamed and not; the benchmark on each streamed one. */
export async function* runSuite(context: SuiteContext): AsyncGenerator<CaseResult> {
  for (const face of context.driver.interfaces) {
    for (const streaming of face.streaming ?? [true, false]) {
      for (const suiteCase of streaming ? [...CASES, BENCHMARK] : CASES)
        yield await runCase(context, face, streaming, suiteCase);
      for (const refusal of face.refusals ?? [])
        if (refusal.streaming === streaming) yield await runRefusal(context, face, refusal);
    }
  }
}

export function interfaceFlags(origin: string, face: EngineInterface, streaming: boolean): string[] {
  const { backend, api, flags = [] } = face;
  return ['--target', origin, '--backend', backend, '--api', api, ...(streaming ? [] : ['--no-stream']), ...flags];
}

async function runCase(
  { driver, engine, work, note }: SuiteContext,
  face: EngineInterface,
  streaming: boolean,
  { name, flags }: SuiteCase,
): Promise<CaseResult> {
  const before = await readSettledCount(engine);
  const folder = runFolder(work, driver, face, streaming, name);
  const run = await runAssay(
    [...interfaceFlags(engine.origin, face, streaming), ...flags, '--warmup-requests', '2'],
    folder,
  );
  const server = subtractCounts(await readSettledCount(engine), before);
  const counts = pairCounts(server, countRecords(run.records), face, streaming);
  const disagreements = [...compareCounts(counts), ...compareReading(run.serverCount, counts)];
  if (run.exitCode !== 0 || run.document === undefined)
    disagreements.push(`assay run ended with ${run.exitCode}: ${run.stderr.trim().split('\n').at(-1)}`);
  for (const { outcome, code, message } of run.records)
    if (outcome !== 'ok') disagreements.push(`a good request was recorded as ${code}: ${message}`);
  if (run.records.length === 0) disagreements.push('no request was recorded');
  const result = toResult(driver, engine, face, streaming, name, run.records, disagreements);
  note(
    `${driver.name} ${face.backend}/${face.api} ${streaming ? 'stream' : 'whole'} ${name}: ${disagreements.length === 0 ? 'agrees' : disagreements[0]}`,
  );
  if (run.document === undefined) return { ...result, counts };
  const { document } = run;
  const figures = {
    ttftP50Ms: figure(document, 'ttft_ms', 'p50'),
    itlP50Ms: figure(document, 'itl_ms', 'p50'),
    e2eP50Ms: figure(document, 'e2e_latency_ms', 'p50'),
    outputTokensPerSecond: figure(document, 'output_tokens_per_second', 'mean'),
  };
  return { ...result, counts, figures };
}

/** Requests that must fail: each with a code of the given ones, none counted as success. */
async function runRefusal(
  { driver, engine, work, note }: SuiteContext,
  face: EngineInterface,
  { name, flags, streaming, codes }: Refusal,
): Promise<CaseResult> {
  const folder = runFolder(work, driver, face, streaming, name);
  const args = [...interfaceFlags(engine.origin, face, streaming), ...flags, '--requests', '5', '--concurrency', '2'];
  const run = await runAssay(args, folder);
  const disagreements = run.records
    .filter(({ code }) => code === null || !codes.includes(code))
    .map(({ outcome, code, message }) => `expected ${codes.join(' or ')}, got ${code ?? outcome}: ${message}`);
  if (run.records.length === 0) disagreements.push(`no request was recorded: ${run.stderr.trim().split('\n').at(-1)}`);
  note(
    `${driver.name} ${face.backend}/${face.api} ${streaming ? 'stream' : 'whole'} ${name}: ${disagreements.length === 0 ? 'agrees' : disagreements[0]}`,
  );
  return toResult(driver, engine, face, streaming, name, run.records, disagreements);
}

function runFolder(
  work: string,
  driver: EngineDriver,
  face: EngineInterface,
  streaming: boolean,
  name: string,
): string {
  const parts = [driver.name, face.backend, face.api, streaming ? 'stream' : 'whole', name.replaceAll(' ', '-')];
  return join(work, parts.join('_'));
}

function pairCounts(
  server: ServerCount,
  ours: ServerCount,
  { uncounted, preflight }: EngineInterface,
  streaming: boolean,
): Record<keyof ServerCount, CountPair> {
  const pair = (key: keyof ServerCount): CountPair => {
    const counted = server[key] === undefined ? undefined : server[key] - (preflight?.[key] ?? 0);
    const excuse = uncounted?.find((one) => one.count === key && (one.streaming ?? streaming) === streaming);
    const reason = excuse?.reason ?? (counted === undefined ? 'the server does not count it' : undefined);
    return { server: counted, ours: ours[key], ...(reason === undefined ? {} : { notCompared: reason }) };
  };
  return {
    requests: pair('requests'),
    promptTokens: pair('promptTokens'),
    generatedTokens: pair('generatedTokens'),
  };
}

function* compareCounts(counts: Readonly<Record<string, CountPair>>): Generator<string> {
  for (const [name, { server, ours, notCompared }] of Object.entries(counts))
    if (notCompared === undefined && server !== ours) yield `${name}: the server counted ${server}, we ${ours}`;
}

/** Assay reads the same counters by its adapter: its differences must be those that were read here. */
function* compareReading(
  reading: Partial<ServerCount> | undefined,
  counts: Readonly<Record<keyof ServerCount, CountPair>>,
): Generator<string> {
  if (reading === undefined) return;
  for (const key of ['requests', 'promptTokens', 'generatedTokens'] as const) {
    const { server } = counts[key];
    if (reading[key] !== undefined && server !== undefined && reading[key] !== server)
      yield `${key}: assay read a difference of ${reading[key]} off the server's counters, which is ${server}`;
  }
}

export function toResult(
  { name: engineName }: EngineDriver,
  { version }: RunningEngine,
  { backend, api }: EngineInterface,
  streaming: boolean,
  name: string,
  records: readonly Parameters<typeof tokensBySource>[0][number][],
  disagreements: readonly string[],
): CaseResult {
  const outcomeCodes: Record<string, number> = {};
  for (const { code } of records) if (code !== null) outcomeCodes[code] = (outcomeCodes[code] ?? 0) + 1;
  return {
    ...{ engine: engineName, version, backend, api, streaming, name },
    requests: records.length,
    ok: records.filter(({ outcome }) => outcome === 'ok').length,
    tokensBySource: tokensBySource(records),
    outcomeCodes,
    disagreements,
  };
}
