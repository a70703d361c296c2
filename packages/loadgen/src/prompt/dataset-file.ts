import { readFileSync } from 'node:fs';
import { LoadgenError } from '../errors.ts';
import type { PromptSource } from './prompt-source.ts';

/** One prompt of a file. */
export interface DatasetRow {
  readonly text: string;
  readonly outputTokens: number | undefined;
}

const CHARACTERS_PER_TOKEN = 4;

function invalid(file: string, where: string, message: string): LoadgenError {
  return new LoadgenError('DATASET_INVALID', `${file}:${where}: ${message}`, { details: { file } });
}

function readDatasetFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LoadgenError('DATASET_UNREADABLE', `cannot read the dataset ${file}: ${reason}`, { cause: error });
  }
}

function parseJson(text: string, file: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error: unknown) {
    throw invalid(file, where, error instanceof Error ? error.message : 'not JSON');
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Text of `messages`: the contents in order, a blank line between them. */
function messagesText(messages: unknown): string | undefined {
  if (!Array.isArray(messages)) return undefined;
  const contents = messages.map((message) => field(message, 'content'));
  return contents.every((content) => typeof content === 'string') ? contents.join('\n\n') : undefined;
}

/**
 * Rows of JSONL: `{"prompt": "..."}` or `{"messages": [{"role", "content"}]}`, each with an optional `output_tokens`.
 * @throws LoadgenError DATASET_INVALID with `file:line`
 */
export function parseJsonlDataset(text: string, file: string): DatasetRow[] {
  const rows: DatasetRow[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const where = String(at + 1);
    const row = parseJson(line, file, where);
    const prompt = field(row, 'prompt') ?? messagesText(field(row, 'messages'));
    if (typeof prompt !== 'string')
      throw invalid(file, where, 'a prompt (text) or messages (with text contents) is needed');
    const outputTokens = field(row, 'output_tokens') ?? undefined;
    if (outputTokens !== undefined && !(typeof outputTokens === 'number' && outputTokens >= 1)) {
      throw invalid(file, where, 'output_tokens must be a number of 1 or more');
    }
    rows.push({ text: prompt, outputTokens: outputTokens === undefined ? undefined : Math.round(outputTokens) });
  }
  if (rows.length === 0) throw invalid(file, '1', 'the dataset holds no prompt');
  return rows;
}

/**
 * Rows of ShareGPT-style JSON: the first human turn is the prompt; the answer's length, at four characters a token, is
 * how many tokens are asked for. Conversations that do not begin with a human turn are left out.
 * @throws LoadgenError DATASET_INVALID
 */
export function parseShareGpt(text: string, file: string): DatasetRow[] {
  const conversations = parseJson(text, file, '1');
  if (!Array.isArray(conversations)) throw invalid(file, '1', 'expected a list of conversations');
  const rows: DatasetRow[] = [];
  for (const [at, conversation] of conversations.entries()) {
    const turns = field(conversation, 'conversations');
    if (!Array.isArray(turns)) throw invalid(file, `[${at}]`, 'no list named conversations');
    const [question, answer] = turns;
    const from = field(question, 'from');
    const prompt = field(question, 'value');
    if ((from !== 'human' && from !== 'user') || typeof prompt !== 'string' || prompt === '') continue;
    const reply = field(answer, 'value');
    const outputTokens =
      typeof reply === 'string' ? Math.max(1, Math.ceil(reply.length / CHARACTERS_PER_TOKEN)) : undefined;
    rows.push({ text: prompt, outputTokens });
  }
  if (rows.length === 0) throw invalid(file, '1', 'no conversation begins with a human turn');
  return rows;
}

/**
 * Prompts of a file, in its order and from the start again after the last; warm-up goes through it backwards.
 * @throws LoadgenError DATASET_UNREADABLE, DATASET_INVALID
 */
export function createFilePrompts(kind: 'jsonl' | 'sharegpt', file: string): PromptSource {
  const text = readDatasetFile(file);
  const rows = kind === 'jsonl' ? parseJsonlDataset(text, file) : parseShareGpt(text, file);
  return {
    size: rows.length,
    inputTokensSource: 'approximate',
    sampleAt: (index, phase = 'measure') => {
      const at = index % rows.length;
      const row = rows[phase === 'measure' ? at : rows.length - 1 - at];
      return {
        index,
        prompt: { kind: 'text', text: row?.text ?? '' },
        inputTokens: undefined,
        inputTokensSource: 'approximate',
        maxOutputTokens: row?.outputTokens,
      };
    },
  };
}
