import type { Message, Prompt } from '../backend/request-sample.ts';
import { type Fault, isObject } from './dataset-fault.ts';
import { type RowForm, readForm } from './dataset-form.ts';
import { readContent, readMessages } from './dataset-messages.ts';

/** One request of a file. */
export type DatasetRow = RowForm & {
  readonly prompt: Prompt;
  readonly outputTokens: number | undefined;
  readonly tenant?: string;
  /** Present for the turns of a conversation, which follow each other in the rows. */
  readonly turn?: { readonly turn: number; readonly turns: number; readonly thinkTimeMs: number };
};

const KINDS = ['prompt', 'input', 'messages', 'turns'] as const;

/**
 * Requests of one JSONL row: a `prompt` (text), an `input` (list of texts), `messages` (a conversation that is one request), or `turns`
 * (a conversation that is one request per turn). Beside it `output_tokens`, `tools`, `tool_choice`, `response_format` and `tenant`.
 */
export function readRow(row: unknown, file: string, fault: Fault): readonly DatasetRow[] {
  if (!isObject(row)) return fault('a row is an object');
  const given = KINDS.filter((kind) => row[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) return fault(`one of ${KINDS.join(', ')} is needed`);
  const form = { ...readForm(row, fault), ...readTenant(row['tenant'], fault) };
  const outputTokens = readOutputTokens(row['output_tokens'], fault);
  if (kind === 'turns') {
    return readTurns(row, file, fault).map((turn) => ({
      ...form,
      ...turn,
      outputTokens: turn.outputTokens ?? outputTokens,
    }));
  }
  return [{ prompt: readPrompt(kind, row[kind], file, fault), outputTokens, ...form }];
}

function readPrompt(kind: 'prompt' | 'input' | 'messages', value: unknown, file: string, fault: Fault): Prompt {
  if (kind === 'messages') return { kind: 'messages', messages: readMessages(value, file, fault) };
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (kind === 'prompt') return fault('a prompt is a text');
  if (Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string')) {
    return { kind: 'texts', texts: value };
  }
  return fault('input is a text or a list of texts');
}

function readTenant(value: unknown, fault: Fault): Pick<DatasetRow, 'tenant'> {
  if (value === undefined) return {};
  return typeof value === 'string' && value !== '' ? { tenant: value } : fault('tenant is a text that is not empty');
}

function readOutputTokens(value: unknown, fault: Fault): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 1) return Math.round(value);
  return fault('output_tokens must be a number of 1 or more');
}

/**
 * Each turn is `{"user", "assistant", "think_time_ms", "output_tokens"}`. A request carries all earlier turns with the answers of the file, so
 * that the prompts of a run do not depend on what a server answers.
 */
function readTurns(row: Readonly<Record<string, unknown>>, file: string, fault: Fault): DatasetRow[] {
  const { turns, system } = row;
  if (!Array.isArray(turns) || turns.length === 0) return fault('turns must be a list of at least one turn');
  const so: Message[] = typeof system === 'string' ? [{ role: 'system', content: system }] : [];
  return turns.map((turn: unknown, at): DatasetRow => {
    const here: Fault = (message) => fault(`turns[${at}]: ${message}`);
    if (!isObject(turn)) return here('a turn is an object with user and assistant');
    const { user, assistant, think_time_ms: thinkTimeMs = 0, output_tokens: outputTokens } = turn;
    so.push({ role: 'user', content: readContent(user, file, here) });
    const messages = [...so];
    if (typeof assistant === 'string') so.push({ role: 'assistant', content: assistant });
    else if (at + 1 < turns.length) return here('assistant (text) is needed: later turns carry it');
    if (typeof thinkTimeMs !== 'number' || !(thinkTimeMs >= 0))
      return here('think_time_ms must be a number of 0 or more');
    return {
      prompt: { kind: 'messages', messages },
      outputTokens: readOutputTokens(outputTokens, here),
      turn: { turn: at, turns: turns.length, thinkTimeMs: at === 0 ? 0 : thinkTimeMs },
    };
  });
}
