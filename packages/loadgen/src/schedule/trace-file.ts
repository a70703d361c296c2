import { readFileSync } from 'node:fs';
import { LoadgenError } from '../errors.ts';

/** One request of a trace: when, how long in and out, and which blocks of its prompt it shares with others. */
export interface TraceRow {
  /** Milliseconds since the first row. */
  readonly offsetMs: number;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Mooncake block hashes: equal numbers at the start of two lists mean equal 512-token blocks. */
  readonly hashIds: readonly number[] | undefined;
  /** Whose request it is; absent where the trace does not say. */
  readonly tenant?: string;
}

const HINT_FORMATS =
  'Azure CSV (TIMESTAMP,ContextTokens,GeneratedTokens), Mooncake JSONL (timestamp,input_length,output_length,hash_ids) ' +
  'or JSONL with offset_ms, input_tokens and output_tokens; a tenant beside them';

function invalid(file: string, line: number, message: string): LoadgenError {
  return new LoadgenError('TRACE_INVALID', `${file}:${line}: ${message}`, {
    hint: `correct or remove the line; formats read are ${HINT_FORMATS}`,
    details: { file, line },
  });
}

/**
 * Reads a whole trace file, sorted rows required.
 * @throws LoadgenError TRACE_UNREADABLE, TRACE_INVALID (message begins with `file:line`)
 */
export function readTrace(file: string): TraceRow[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadgenError('TRACE_UNREADABLE', `cannot read the trace file ${file}: ${reason}`, { cause: error });
  }
  return parseTrace(text, file);
}

/** Parses the text of a trace; `file` is only named in errors. */
export function parseTrace(text: string, file: string): TraceRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (text.trim() === '') throw invalid(file, 1, 'the trace holds no request');
  const isCsv = !(lines.find((line) => line.trim() !== '') ?? '').trimStart().startsWith('{');
  const rows: TraceRow[] = [];
  const columns = isCsv ? csvColumns(lines, file) : undefined;
  let firstMs: number | undefined;
  let previousMs = 0;
  for (let at = columns === undefined ? 0 : columns.headerLine; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const row = columns === undefined ? jsonRow(line, file, at + 1) : csvRow(line, columns, file, at + 1);
    firstMs ??= row.offsetMs;
    const offsetMs = row.offsetMs - firstMs;
    if (offsetMs < previousMs) throw invalid(file, at + 1, 'the time is before that of the line above');
    previousMs = offsetMs;
    rows.push({ ...row, offsetMs });
  }
  if (rows.length === 0) throw invalid(file, 2, 'the trace holds no request');
  return rows;
}

interface CsvColumns {
  readonly headerLine: number;
  readonly time: number;
  readonly input: number;
  readonly output: number;
  readonly tenant: number;
}

function csvColumns(lines: readonly string[], file: string): CsvColumns {
  const at = lines.findIndex((line) => line.trim() !== '');
  const names = (lines[at] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const time = names.indexOf('timestamp');
  if (time < 0) throw invalid(file, at + 1, 'no column TIMESTAMP in the header');
  const column = (name: string): number => names.indexOf(name);
  return {
    headerLine: at + 1,
    time,
    input: column('contexttokens'),
    output: column('generatedtokens'),
    tenant: column('tenant'),
  };
}

function csvRow(line: string, columns: CsvColumns, file: string, lineNumber: number): TraceRow {
  const cells = line.split(',').map((cell) => cell.trim());
  const time = cells[columns.time] ?? '';
  const offsetMs = parseTimeMs(time);
  if (offsetMs === undefined) throw invalid(file, lineNumber, `TIMESTAMP ${JSON.stringify(time)} is not a time`);
  const count = (at: number, name: string): number | undefined => {
    if (at < 0) return undefined;
    const cell = cells[at] ?? '';
    if (!/^\d+$/.test(cell)) throw invalid(file, lineNumber, `${name} ${JSON.stringify(cell)} is not a whole number`);
    return Number(cell);
  };
  return {
    offsetMs,
    inputTokens: count(columns.input, 'ContextTokens'),
    outputTokens: count(columns.output, 'GeneratedTokens'),
    hashIds: undefined,
    ...(columns.tenant < 0 ? {} : { tenant: tenantOf(cells[columns.tenant], file, lineNumber) }),
  };
}

function tenantOf(value: unknown, file: string, lineNumber: number): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(file, lineNumber, 'tenant must be a text that is not empty');
}

/** `2023-11-16 18:15:46.6805900` (read as UTC, fractions to 0.1 µs) or plain seconds. */
function parseTimeMs(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|\+00:00)?$/.exec(text);
  if (parts === null) return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number);
  const days = daysFromCivil(year ?? 0, month ?? 0, day ?? 0);
  const seconds = days * 86_400 + (hour ?? 0) * 3600 + (minute ?? 0) * 60 + (second ?? 0);
  return seconds * 1000 + Number(parts[7] ?? 0) * 1000;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function jsonRow(line: string, file: string, lineNumber: number): TraceRow {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error: unknown) {
    throw invalid(file, lineNumber, error instanceof Error ? error.message : 'not JSON');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid(file, lineNumber, 'expected an object');
  }
  const fields = new Map<string, unknown>(Object.entries(parsed));
  const number = (names: readonly string[], isNeeded: boolean): number | undefined => {
    const name = names.find((candidate) => fields.has(candidate));
    const value = name === undefined ? undefined : fields.get(name);
    if (value === undefined && !isNeeded) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw invalid(file, lineNumber, `${name ?? names.join(' or ')} must be a number of 0 or more`);
    }
    return value;
  };
  const hashIds = fields.get('hash_ids');
  if (hashIds !== undefined && !(Array.isArray(hashIds) && hashIds.every((id) => Number.isSafeInteger(id)))) {
    throw invalid(file, lineNumber, 'hash_ids must be a list of whole numbers');
  }
  return {
    offsetMs: number(['timestamp', 'offset_ms', 'offsetMs'], true) ?? 0,
    inputTokens: number(['input_length', 'input_tokens', 'inputTokens'], false),
    outputTokens: number(['output_length', 'output_tokens', 'outputTokens'], false),
    hashIds: Array.isArray(hashIds) ? hashIds : undefined,
    ...(fields.has('tenant') ? { tenant: tenantOf(fields.get('tenant'), file, lineNumber) } : {}),
  };
}
