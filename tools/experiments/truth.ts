import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One line of the simulator's ground-truth log; times are nanoseconds of CLOCK_MONOTONIC. */
export interface TruthLine {
  readonly id: string | null;
  readonly arrivalNs: string | number;
  readonly firstTokenNs: string | number | null;
  readonly lastTokenNs: string | number | null;
  readonly tokens: number;
  readonly fault: string | null;
  readonly expectedCode: string | null;
}

/** The fields of a request record that the experiments compare. */
export interface RecordLine {
  readonly index: number;
  readonly phase: string;
  readonly scheduledMs: number;
  readonly sentMs: number | null;
  readonly firstTokenMs: number | null;
  readonly lastTokenMs: number | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly outputTokens: number | null;
}

export interface JoinedRequest {
  readonly record: RecordLine;
  readonly truth: TruthLine;
}

const readLines = <T>(path: string): T[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);

/** Milliseconds between two nanosecond stamps. */
export const differenceMs = (laterNs: string | number, earlierNs: string | number): number =>
  Number(BigInt(laterNs) - BigInt(earlierNs)) / 1e6;

/** Offset in nanoseconds that turns a record's milliseconds into the clock of the truth log. */
export function readAnchorNs(runDirectory: string): bigint {
  const run = JSON.parse(readFileSync(join(runDirectory, 'run.json'), 'utf8')) as { clock: { monotonicNs: string } };
  return BigInt(run.clock.monotonicNs);
}

/** Pairs each measured record with the server's line of the same request id. */
export function joinByRequestId(
  runDirectory: string,
  truthFile: string,
): { joined: JoinedRequest[]; records: RecordLine[]; truths: TruthLine[] } {
  const truths = readLines<TruthLine>(truthFile);
  const byId = new Map(truths.map((truth) => [truth.id, truth]));
  const records = readLines<RecordLine>(join(runDirectory, 'requests.jsonl')).filter(
    (record) => record.phase === 'measure',
  );
  const joined = records.flatMap((record) => {
    const truth = byId.get(`assay-${record.index}`);
    return truth === undefined ? [] : [{ record, truth }];
  });
  return { joined, records, truths };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}
