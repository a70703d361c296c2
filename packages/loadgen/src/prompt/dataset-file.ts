import { readFileSync } from 'node:fs';
import type { RequestSample } from '../backend/request-sample.ts';
import { LoadgenError } from '../errors.ts';
import { faultAt, isObject } from './dataset-fault.ts';
import { type DatasetRow, readRow } from './dataset-row.ts';
import { parseJsonText } from './json-syntax.ts';
import type { PromptSource } from './prompt-source.ts';
import { createSessions } from './sessions.ts';

const CHARACTERS_PER_TOKEN = 4;

function readDatasetFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadgenError('DATASET_UNREADABLE', `cannot read the dataset ${file}: ${reason}`, { cause: error });
  }
}

/** @param firstLine Line of the file with which the text begins. */
function parseJson(text: string, file: string, firstLine: number): unknown {
  const parsed = parseJsonText(text);
  if (parsed.ok) return parsed.value;
  const { line, column, message } = parsed.fault;
  return faultAt(file, `${firstLine + line - 1}:${column}`)(message);
}

/**
 * Rows of JSONL, as `readRow` defines them.
 * @throws LoadgenError DATASET_INVALID with `file:line`
 */
export function parseJsonlDataset(text: string, file: string): DatasetRow[] {
  const rows: DatasetRow[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const where = String(at + 1);
    rows.push(...readRow(parseJson(line, file, at + 1), file, faultAt(file, where)));
  }
  if (rows.length === 0) faultAt(file, '1')('the dataset holds no prompt');
  return rows;
}

/**
 * Rows of ShareGPT-style JSON: the first human turn is the prompt; the answer's length, at four characters a token, is
 * how many tokens are asked for. Conversations that do not begin with a human turn are left out.
 * @throws LoadgenError DATASET_INVALID
 */
export function parseShareGpt(text: string, file: string): DatasetRow[] {
  const conversations = parseJson(text, file, 1);
  if (!Array.isArray(conversations)) return faultAt(file, '1')('expected a list of conversations');
  const rows: DatasetRow[] = [];
  for (const [at, conversation] of conversations.entries()) {
    const turns: unknown = isObject(conversation) ? conversation['conversations'] : undefined;
    if (!Array.isArray(turns)) return faultAt(file, `[${at}]`)('no list named conversations');
    const [question, answer] = turns.map((turn: unknown) => (isObject(turn) ? turn : {}));
    const { from, value: prompt } = question ?? {};
    if ((from !== 'human' && from !== 'user') || typeof prompt !== 'string' || prompt === '') continue;
    const reply = answer?.['value'];
    const outputTokens =
      typeof reply === 'string' ? Math.max(1, Math.ceil(reply.length / CHARACTERS_PER_TOKEN)) : undefined;
    rows.push({ prompt: { kind: 'text', text: prompt }, outputTokens });
  }
  if (rows.length === 0) faultAt(file, '1')('no conversation begins with a human turn');
  return rows;
}

/**
 * Prompts of a file, in its order and from the start again after the last; warm-up goes through it backwards, each turn of a
 * conversation by itself.
 * @throws LoadgenError DATASET_UNREADABLE, DATASET_INVALID
 */
export function createFilePrompts(kind: 'jsonl' | 'sharegpt', file: string): PromptSource {
  const text = readDatasetFile(file);
  const rows = kind === 'jsonl' ? parseJsonlDataset(text, file) : parseShareGpt(text, file);
  const sessions = createSessions(rows);
  return {
    size: rows.length,
    inputTokensSource: 'approximate',
    sampleAt: (index, phase = 'measure') => {
      const at = index % rows.length;
      const row = rows[phase === 'measure' ? at : rows.length - 1 - at];
      if (row === undefined) throw new RangeError(`no row for request ${index}`);
      const session = phase === 'measure' ? sessions?.turnOf(index) : undefined;
      return session === undefined ? toSample(row, index) : { ...toSample(row, index), session };
    },
    ...(sessions === undefined ? {} : { sessionAt: sessions.sessionAt }),
  };
}

function toSample({ outputTokens, turn: _, ...row }: DatasetRow, index: number): RequestSample {
  return {
    index,
    ...row,
    inputTokens: undefined,
    inputTokensSource: 'approximate',
    maxOutputTokens: outputTokens,
  };
}
