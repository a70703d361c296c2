import type { FetchText } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { closest } from './closest.ts';
import { explainUnreachable } from './reachability.ts';

export interface PreflightOptions {
  readonly target: string;
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly model: string | null;
  readonly timeoutMs: number;
}

/**
 * Asks the server for its models before anything is written or measured.
 *
 * @returns the model to ask for
 * @throws CliError TARGET_UNREACHABLE, TARGET_TIMEOUT, TARGET_TLS (exit 5); TARGET_NOT_OPENAI, TARGET_UNAUTHORIZED, MODEL_UNKNOWN,
 * MODEL_MISSING (exit 2); TARGET_FAILING (exit 5)
 */
export async function preflight(fetchText: FetchText, options: PreflightOptions): Promise<string> {
  const answer = await askForModels(fetchText, options);
  const url = `${options.target}/v1/models`;
  if (answer.status === 401 || answer.status === 403) {
    throw new CliError('TARGET_UNAUTHORIZED', `${url} answers ${answer.status}: it wants a key`, {
      hint: 'put the key into a variable and add --api-key-env NAME',
    });
  }
  if (answer.status >= 500) {
    throw new CliError('TARGET_FAILING', `${url} answers ${answer.status}`, {
      hint: 'the server is up but not well; it may still be loading its model',
      exitCode: EXIT.unreachable,
    });
  }
  const served = answer.status === 200 ? readModels(answer.body) : undefined;
  if (served === undefined) throw notOpenAi(url, answer.status, answer.body);
  return chooseModel(served, options.model);
}

async function askForModels(fetchText: FetchText, options: PreflightOptions): ReturnType<FetchText> {
  try {
    return await fetchText({
      method: 'GET',
      path: `${options.basePath}/v1/models`,
      headers: options.headers,
      body: undefined,
      timeoutMs: options.timeoutMs,
    });
  } catch (error: unknown) {
    throw explainUnreachable(error, options.target);
  }
}

/** Model names of an OpenAI model list; `undefined` when the body is none. */
function readModels(body: string): readonly string[] | undefined {
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

function notOpenAi(url: string, status: number, body: string): CliError {
  const isHtml = /^\s*<(!doctype|html|head|body)/i.test(body);
  const what = isHtml ? 'an HTML page' : body.trim() === '' ? 'an empty body' : 'something else than a model list';
  return new CliError('TARGET_NOT_OPENAI', `${url} answers ${status} with ${what} instead of an OpenAI model list`, {
    hint: '--target is the address before /v1, for example http://127.0.0.1:8000',
  });
}

function chooseModel(served: readonly string[], asked: string | null): string {
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
