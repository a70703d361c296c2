import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerCount } from './engine.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The fields of a request record that are judged here. */
export interface RecordLine {
  readonly index: number;
  readonly phase: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly firstTokenMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly outputTokensSource: string;
}

export interface ResultsDocument {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly outcomeCodes: Readonly<Record<string, number>>;
  readonly metrics: readonly {
    readonly id: string;
    readonly statistic: string;
    readonly state: string;
    readonly value?: number;
    readonly from?: string;
  }[];
}

export interface AssayRun {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly document: ResultsDocument | undefined;
  readonly records: readonly RecordLine[];
  /** What assay itself read off the server's counters, before and after; absent where it read none. */
  readonly serverCount: Partial<ServerCount> | undefined;
}

/** Runs one command line of `assay` to its end. */
export async function assay(
  args: readonly string[],
): Promise<Pick<AssayRun, 'exitCode' | 'stderr'> & { stdout: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'apps/cli/bin/assay.js'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, stdout, stderr };
}

/** Runs `assay run` as a user would, to its end, and reads what it printed and wrote. */
export async function runAssay(args: readonly string[], folder: string): Promise<AssayRun> {
  const { exitCode, stdout, stderr } = await assay(['run', ...args, '--out', folder, '--json']);
  const recordFile = join(folder, 'requests.jsonl');
  const lines = existsSync(recordFile) ? readFileSync(recordFile, 'utf8').split('\n') : [];
  return {
    exitCode,
    stderr,
    document: stdout.trim() === '' ? undefined : (JSON.parse(stdout) as ResultsDocument),
    serverCount: readServerCount(join(folder, 'server/counters.json')),
    records: lines.filter((line) => line !== '').map((line) => JSON.parse(line) as RecordLine),
  };
}

type NullableCount = Readonly<Record<keyof ServerCount, number | null>>;

function readServerCount(file: string): Partial<ServerCount> | undefined {
  if (!existsSync(file)) return undefined;
  const { before, after } = JSON.parse(readFileSync(file, 'utf8')) as {
    before: NullableCount | null;
    after: NullableCount | null;
  };
  if (before === null || after === null) return undefined;
  const difference = (key: keyof ServerCount): number | undefined => {
    const late = after[key];
    return late === null ? undefined : late - (before[key] ?? 0);
  };
  return {
    requests: difference('requests'),
    promptTokens: difference('promptTokens'),
    generatedTokens: difference('generatedTokens'),
  };
}

/** Our counts of the same work that the server counted; a missing number in any record leaves the sum unknown. */
export function countRecords(records: readonly RecordLine[]): ServerCount {
  const good = records.filter(({ outcome }) => outcome === 'ok');
  const sum = (key: 'inputTokens' | 'outputTokens'): number | undefined =>
    good.some((record) => record[key] === null)
      ? undefined
      : good.reduce((total, record) => total + (record[key] ?? 0), 0);
  return { requests: good.length, promptTokens: sum('inputTokens'), generatedTokens: sum('outputTokens') };
}

/** Generated tokens of good requests by the source that counted them. */
export function tokensBySource(records: readonly RecordLine[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { outcome, outputTokens, outputTokensSource } of records) {
    if (outcome === 'ok') sums[outputTokensSource] = (sums[outputTokensSource] ?? 0) + (outputTokens ?? 0);
  }
  return sums;
}

/** Median or other statistic of a metric, from the scheduled time where there are two. */
export function figure(document: ResultsDocument, id: string, statistic: string): number | undefined {
  return document.metrics.find(
    (metric) =>
      metric.id === id && metric.statistic === statistic && metric.state === 'measured' && metric.from !== 'sent',
  )?.value;
}
