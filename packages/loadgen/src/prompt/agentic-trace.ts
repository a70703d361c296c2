import { readFileSync } from 'node:fs';
import { LoadgenError } from '../errors.ts';
import { type Fault, faultAt, isObject } from './dataset-fault.ts';
import { parseJsonText } from './json-syntax.ts';

/** One call of a model by an agent. */
export interface AgenticTurn {
  /** Tokens that are new in this call: a question, the results of tools. With `hashIds` all tokens of the prompt. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Between the end of the answer before and this call, milliseconds: tools at work, or a person thinking. 0 for the first. */
  readonly pauseMs: number;
  /** Blocks of 512 tokens of the whole prompt, equal numbers equal blocks; absent where the context grows turn by turn. */
  readonly hashIds?: readonly number[];
}

/** The work of one agent on one task. */
export interface AgenticSession {
  readonly turns: readonly AgenticTurn[];
  /** Instructions and tools before the first turn, the same for all sessions with the same `systemId`. */
  readonly systemTokens: number;
  readonly systemId: number;
  readonly tenant?: string;
}

/**
 * Sessions of an agentic trace, JSONL; docs/datasets.md defines the fields.
 * @throws LoadgenError DATASET_UNREADABLE, DATASET_INVALID with `file:line`
 */
export function readAgenticTrace(file: string): AgenticSession[] {
  try {
    return parseAgenticTrace(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), file);
  } catch (error: unknown) {
    if (error instanceof LoadgenError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadgenError('DATASET_UNREADABLE', `cannot read the dataset ${file}: ${reason}`, { cause: error });
  }
}

/** Parses the text of an agentic trace; `file` is only named in errors. */
export function parseAgenticTrace(text: string, file: string): AgenticSession[] {
  const sessions: AgenticSession[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() !== '') sessions.push(toSession(parseJson(line, file, at + 1), faultAt(file, String(at + 1))));
  }
  if (sessions.length === 0) faultAt(file, '1')('the trace holds no session');
  return sessions;
}

function parseJson(line: string, file: string, lineNumber: number): unknown {
  const parsed = parseJsonText(line);
  if (parsed.ok) return parsed.value;
  return faultAt(file, `${lineNumber}:${parsed.fault.column}`)(parsed.fault.message);
}

function toSession(row: unknown, fault: Fault): AgenticSession {
  if (!isObject(row) || !Array.isArray(row['turns']) || row['turns'].length === 0)
    return fault('a session is an object with a list of turns');
  const turns = row['turns'].map((turn: unknown, at) =>
    toTurn(turn, at, (message) => fault(`turns[${at}]: ${message}`)),
  );
  const { tenant } = row;
  if (tenant !== undefined && (typeof tenant !== 'string' || tenant === ''))
    return fault('tenant is a text that is not empty');
  return {
    turns,
    systemTokens: wholeOf(row, ['system_tokens'], 0, fault) ?? 0,
    systemId: wholeOf(row, ['system_id'], 0, fault) ?? 0,
    ...(tenant === undefined ? {} : { tenant }),
  };
}

function toTurn(turn: unknown, at: number, fault: Fault): AgenticTurn {
  if (!isObject(turn)) return fault('a turn is an object with input_tokens and output_tokens');
  const hashIds = turn['hash_ids'];
  const isHashed = Array.isArray(hashIds) && hashIds.every((id) => Number.isSafeInteger(id) && Number(id) >= 0);
  if (hashIds !== undefined && !isHashed) return fault('hash_ids must be a list of whole numbers of at least 0');
  const pauses = ['tool_time_ms', 'think_time_ms'].map((name) => turn[name] ?? 0);
  if (!pauses.every((ms) => typeof ms === 'number' && ms >= 0))
    return fault('tool_time_ms and think_time_ms must be numbers of 0 or more');
  const pauseMs = pauses.reduce<number>((sum, ms) => sum + Number(ms), 0);
  return {
    inputTokens: needed(wholeOf(turn, ['input_tokens', 'input_length'], 1, fault), 'input_tokens', fault),
    outputTokens: needed(wholeOf(turn, ['output_tokens', 'output_length'], 1, fault), 'output_tokens', fault),
    pauseMs: at === 0 ? 0 : pauseMs,
    ...(isHashed ? { hashIds: hashIds.map(Number) } : {}),
  };
}

function wholeOf(
  row: Readonly<Record<string, unknown>>,
  names: readonly string[],
  least: number,
  fault: Fault,
): number | undefined {
  const name = names.find((each) => row[each] !== undefined);
  if (name === undefined) return undefined;
  const value = row[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value;
  return fault(`${name} must be a whole number of at least ${least}`);
}

function needed(value: number | undefined, name: string, fault: Fault): number {
  return value ?? fault(`${name} is needed`);
}
