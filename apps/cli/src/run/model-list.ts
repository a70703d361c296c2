import { CliError } from '../cli-error.ts';
import { closest } from './closest.ts';

/** Model names of an OpenAI model list; `undefined` when the body is none. */
export function readModels(body: string): readonly string[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    // Not JSON: the caller says what it is.
    return undefined;
  }
  if (typeof document !== 'object' || document === null || !('data' in document) || !Array.isArray(document.data)) {
    return undefined;
  }
  const entries: readonly unknown[] = document.data;
  return entries.flatMap((entry) =>
    typeof entry === 'object' && entry !== null && 'id' in entry && typeof entry.id === 'string' ? [entry.id] : [],
  );
}

/**
 * The model to ask for: the one that was asked for when the server has it, or the only one it has.
 *
 * @throws CliError MODEL_MISSING, MODEL_UNKNOWN
 */
export function chooseModel(served: readonly string[], asked: string | null): string {
  const [first] = served;
  if (asked === null) {
    if (first !== undefined && served.length === 1) return first;
    throw new CliError('MODEL_MISSING', `the server serves ${served.length} models, and none was chosen`, {
      hint: served.length === 0 ? 'add --model NAME' : `add --model, one of: ${list(served)}`,
    });
  }
  if (served.includes(asked)) return asked;
  const likely = closest(asked, served);
  throw new CliError('MODEL_UNKNOWN', `the server does not serve the model "${asked}"`, {
    hint: `${likely === undefined ? '' : `did you mean "${likely}"? `}served: ${list(served)}`,
  });
}

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : `${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
