import { createReadStream } from 'node:fs';
import type { RequestRecord } from '@assay/contracts';
import { LoadgenError } from '../errors.ts';

/** Read at once. Texts of more than 128 KiB would be large objects to the garbage collector, which leaves them lying for long. */
const PIECE_BYTES = 65_536;

/**
 * Records of a `requests.jsonl`, one by one. A last line without its newline that does not parse was torn by a kill and
 * is left out; any other bad line is an error with its number.
 * @param source A path, or the text in pieces of any size.
 * @throws LoadgenError RECORD_UNREADABLE, RECORD_INVALID
 */
export async function* readRecords(
  source: string | AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<RequestRecord, void, undefined> {
  const name = typeof source === 'string' ? source : 'requests.jsonl';
  const pieces = typeof source === 'string' ? readText(source) : source;
  let rest = '';
  let lineNumber = 0;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      lineNumber++;
      if (line === '') continue;
      const record = parseRecord(line);
      if (typeof record === 'string') throw invalid(name, lineNumber, record);
      yield record;
    }
  }
  if (rest !== '') {
    const record = parseRecord(rest);
    if (typeof record !== 'string') yield record;
  }
}

async function* readText(path: string): AsyncGenerator<string, void, undefined> {
  try {
    for await (const piece of createReadStream(path, { encoding: 'utf8', highWaterMark: PIECE_BYTES }))
      yield String(piece);
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadgenError('RECORD_UNREADABLE', `cannot read ${path}: ${reason}`, { cause: error });
  }
}

function invalid(name: string, lineNumber: number, reason: string): LoadgenError {
  return new LoadgenError('RECORD_INVALID', `${name}:${lineNumber}: ${reason}`, {
    hint: 'the file was changed after the run; only a torn last line is left out',
    details: { line: lineNumber },
  });
}

/** The record, or why the line holds none. Checks the fields every later step relies on. */
function parseRecord(line: string): RequestRecord | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error: unknown) {
    return error instanceof Error ? error.message : 'not JSON';
  }
  const mistake = findMistake(parsed);
  return mistake === undefined ? (parsed as RequestRecord) : mistake;
}

const PHASES: ReadonlySet<unknown> = new Set(['warmup', 'measure']);
const OUTCOMES: ReadonlySet<unknown> = new Set(['ok', 'http', 'timeout', 'network', 'protocol', 'aborted', 'dropped']);
/** Numbers that may be unknown. */
const NULLABLE_NUMBERS = [
  'sentMs',
  'firstTokenMs',
  'lastTokenMs',
  'endMs',
  'inputTokens',
  'outputTokens',
] as const satisfies readonly (keyof RequestRecord)[];

/** What keeps a line from being a record that every later step can rely on; `undefined` when nothing does. */
function findMistake(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'not a request record';
  const record = value as Readonly<Record<string, unknown>>;
  const { index, phase, scheduledMs, outcome, arrivals } = record;
  if (typeof index !== 'number' || !Number.isInteger(index) || index < 0)
    return expected('index', 'a whole number', index);
  if (!PHASES.has(phase)) return expected('phase', 'warmup or measure', phase);
  if (typeof scheduledMs !== 'number') return expected('scheduledMs', 'a number', scheduledMs);
  if (!OUTCOMES.has(outcome)) return expected('outcome', [...OUTCOMES].join(', '), outcome);
  for (const key of NULLABLE_NUMBERS) {
    const number = record[key];
    if (number !== null && typeof number !== 'number') return expected(key, 'a number or null', number);
  }
  if (!Array.isArray(arrivals) || arrivals.length % 2 !== 0 || !arrivals.every((unit) => typeof unit === 'number'))
    return expected('arrivals', 'pairs of numbers', arrivals);
  return undefined;
}

function expected(key: string, what: string, got: unknown): string {
  return `${key}: expected ${what}, got ${got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 40)}`;
}
