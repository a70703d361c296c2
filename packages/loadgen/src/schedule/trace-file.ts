import { readFileSync } from 'node:fs';
import { LoadgenError } from '../errors.ts';
import { parseJsonText } from '../prompt/json-syntax.ts';

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

/** Where in a trace; line and column count from 1. */
interface TracePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function invalid({ file, line, column }: TracePlace, message: string): LoadgenError {
  return new LoadgenError('TRACE_INVALID', `${file}:${line}:${column}: ${message}`, {
    hint: `correct or remove the line; formats read are ${HINT_FORMATS}`,
    details: { file, line, column },
  });
}

/**
 * Reads a whole trace file, sorted rows required.
 * @throws LoadgenError TRACE_UNREADABLE, TRACE_INVALID (message begins with `file:line:column`)
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
  if (text.trim() === '') throw invalid({ file, line: 1, column: 1 }, 'the trace holds no request');
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
    if (offsetMs < previousMs) {
      const column = columns === undefined ? columnOfKey(line, TIME_KEYS) : columnOfCell(line, columns.time);
      throw invalid({ file, line: at + 1, column }, 'the time is before that of the line above');
    }
    previousMs = offsetMs;
    rows.push({ ...row, offsetMs });
  }
  if (rows.length === 0) throw invalid({ file, line: 2, column: 1 }, 'the trace holds no request');
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
  if (time < 0) throw invalid({ file, line: at + 1, column: 1 }, 'no column TIMESTAMP in the header');
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
  const wrong = (at: number, message: string): LoadgenError =>
    invalid({ file, line: lineNumber, column: columnOfCell(line, at) }, message);
  const time = cells[columns.time] ?? '';
  const offsetMs = parseTimeMs(time);
  if (offsetMs === undefined) throw wrong(columns.time, `TIMESTAMP ${JSON.stringify(time)} is not a time`);
  const count = (at: number, name: string): number | undefined => {
    if (at < 0) return undefined;
    const cell = cells[at] ?? '';
    if (!/^\d+$/.test(cell)) throw wrong(at, `${name} ${JSON.stringify(cell)} is not a whole number`);
    return Number(cell);
  };
  const tenant = columns.tenant < 0 ? undefined : (cells[columns.tenant] ?? '');
  if (tenant === '') throw wrong(columns.tenant, NO_TENANT);
  return {
    offsetMs,
    inputTokens: count(columns.input, 'ContextTokens'),
    outputTokens: count(columns.output, 'GeneratedTokens'),
    hashIds: undefined,
    ...(tenant === undefined ? {} : { tenant }),
  };
}

const NO_TENANT = 'tenant must be a text that is not empty';

/** Where the cell of a row begins; the end of the line where it has none. */
function columnOfCell(line: string, at: number): number {
  const cells = line.split(',');
  if (at >= cells.length) return line.length + 1;
  const start = cells.slice(0, at).reduce((sum, cell) => sum + cell.length + 1, 0);
  const cell = cells[at] ?? '';
  return start + (cell.length - cell.trimStart().length) + 1;
}

/** Where a property of a row stands; its beginning where it has none of them. */
function columnOfKey(line: string, names: readonly string[]): number {
  const found = names.map((name) => line.indexOf(JSON.stringify(name))).filter((at) => at >= 0);
  return found.length === 0 ? 1 : Math.min(...found) + 1;
}

/** `2023-11-16 18:15:46.6805900` (read as UTC, fractions to 0.1 µs) or plain seconds. */
function parseTimeMs(text: string): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|\+00:00)?$/.exec(text);
  if (parts === null) return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1, 7).map(Number);
  // 60 is a leap second.
  if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
  return seconds * 1000 + Number(parts[7] ?? 0) * 1000;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
  return day >= 1 && day <= days;
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

const TIME_KEYS = ['timestamp', 'offset_ms', 'offsetMs'] as const;

function jsonRow(line: string, file: string, lineNumber: number): TraceRow {
  const wrongAt = (column: number, message: string): LoadgenError =>
    invalid({ file, line: lineNumber, column }, message);
  const wrong = (names: readonly string[], message: string): LoadgenError => wrongAt(columnOfKey(line, names), message);
  const parsed = parseJsonText(line);
  if (!parsed.ok) throw wrongAt(parsed.fault.column, parsed.fault.message);
  const { value: row } = parsed;
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw wrongAt(1, 'expected an object');
  const fields = new Map<string, unknown>(Object.entries(row));
  const number = (names: readonly string[], isNeeded: boolean): number | undefined => {
    const name = names.find((candidate) => fields.has(candidate));
    const value = name === undefined ? undefined : fields.get(name);
    if (value === undefined && !isNeeded) return undefined;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw wrong(names, `${name ?? names.join(' or ')} must be a number of 0 or more`);
    }
    return value;
  };
  const hashIds = fields.get('hash_ids');
  if (hashIds !== undefined && !(Array.isArray(hashIds) && hashIds.every((id) => Number.isSafeInteger(id)))) {
    throw wrong(['hash_ids'], 'hash_ids must be a list of whole numbers');
  }
  const tenant = fields.get('tenant');
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === '')) throw wrong(['tenant'], NO_TENANT);
  return {
    offsetMs: number(TIME_KEYS, true) ?? 0,
    inputTokens: number(['input_length', 'input_tokens', 'inputTokens'], false),
    outputTokens: number(['output_length', 'output_tokens', 'outputTokens'], false),
    hashIds: Array.isArray(hashIds) ? hashIds : undefined,
    ...(tenant === undefined ? {} : { tenant }),
  };
}
