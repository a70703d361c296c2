import type { FetchText } from '@assay/loadgen';
import { isRecord } from '@assay/wire';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { isTgiInfo } from '../tgi/info.ts';

/** What a server turned out to be. */
export interface ServerIdentity {
  /** The adapter made for it. */
  readonly backend: BackendOptions['backend'];
  /** Its name as people write it. */
  readonly label: string;
  readonly version: string | undefined;
  /** The interface that it speaks, where that is neither OpenAI's nor the newest of its own. */
  readonly api?: 'v1';
  /** The answer that shows it. */
  readonly evidence: string;
}

export interface IdentifyOptions {
  readonly basePath: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

interface Answer {
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly serverHeader: string | undefined;
}
type Answers = Readonly<Record<(typeof PATHS)[number], Answer>>;

const PATHS = ['/info', '/v2', '/props', '/get_server_info', '/version', '/v1/models'] as const;
const NO_ANSWER: Answer = { body: undefined, serverHeader: undefined };

/**
 * Asks the routes by which runtimes can be told apart, all at once; `undefined` where no answer is a sign of one. A
 * question that fails is no sign.
 */
export async function identifyServer(
  fetchText: FetchText,
  options: IdentifyOptions,
): Promise<ServerIdentity | undefined> {
  const entries = PATHS.map(async (path) => [path, await ask(fetchText, options, path)] as const);
  const answers: Answers = { ...NO_ANSWERS, ...Object.fromEntries(await Promise.all(entries)) };
  for (const tell of SIGNS) {
    const identity = tell(answers);
    if (identity !== undefined) return identity;
  }
  return undefined;
}

const NO_ANSWERS: Answers = {
  '/info': NO_ANSWER,
  '/v2': NO_ANSWER,
  '/props': NO_ANSWER,
  '/get_server_info': NO_ANSWER,
  '/version': NO_ANSWER,
  '/v1/models': NO_ANSWER,
};

async function ask(fetchText: FetchText, options: IdentifyOptions, path: string): Promise<Answer> {
  try {
    const { status, headers, body } = await fetchText({
      method: 'GET',
      path: `${options.basePath}${path}`,
      headers: { accept: 'application/json', ...options.headers },
      body: undefined,
      timeoutMs: options.timeoutMs,
    });
    return { body: status === 200 ? parseObject(body) : undefined, serverHeader: headers.get('server') };
  } catch {
    // The preflight says what is wrong with a server that does not answer.
    return NO_ANSWER;
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === 'string');

function modelOf({ body }: Answer): Readonly<Record<string, unknown>> | undefined {
  const listed = body?.['data'];
  const first: unknown = Array.isArray(listed) ? listed[0] : undefined;
  return isRecord(first) ? first : undefined;
}

const ownerOf = (answer: Answer): string | undefined => textOf(modelOf(answer)?.['owned_by']);

/** From the sign that no other runtime can give to the one that many could. */
const SIGNS: readonly ((answers: Answers) => ServerIdentity | undefined)[] = [
  ({ '/info': { body } }) =>
    isTgiInfo(body)
      ? { backend: 'tgi', label: 'TGI', version: textOf(body['version']), evidence: 'GET /info is its router’s' }
      : undefined,
  ({ '/v2': { body } }) =>
    body?.['name'] === 'triton'
      ? { backend: 'triton', label: 'Triton', version: textOf(body['version']), evidence: 'GET /v2 names it' }
      : undefined,
  ({ '/v2': { body } }) =>
    body?.['name'] === 'kserve'
      ? { backend: 'kserve', label: 'KServe', version: textOf(body['version']), evidence: 'GET /v2 names it' }
      : undefined,
  ({ '/v1/models': { body } }) =>
    // The list of KServe's V1 protocol: names, where OpenAI's has objects.
    body !== undefined && !('data' in body) && isTexts(body['models'])
      ? { backend: 'kserve', label: 'KServe', version: undefined, api: 'v1', evidence: 'GET /v1/models is V1’s list' }
      : undefined,
  (answers) => {
    const { body } = answers['/props'];
    const hasHeader = PATHS.some((path) => answers[path].serverHeader === 'llama.cpp');
    const isOwner = ownerOf(answers['/v1/models']) === 'llamacpp';
    if (!hasHeader && !isOwner && body?.['default_generation_settings'] === undefined) return undefined;
    const evidence = hasHeader ? 'its header server' : isOwner ? 'the owner of its model' : 'GET /props';
    return { backend: 'llama-cpp', label: 'llama.cpp', version: textOf(body?.['build_info']), evidence };
  },
  (answers) => {
    const { body } = answers['/get_server_info'];
    const isOwner = ownerOf(answers['/v1/models']) === 'sglang';
    if (!isOwner && (body === undefined || !('model_path' in body))) return undefined;
    const evidence = isOwner ? 'the owner of its model' : 'GET /get_server_info';
    return { backend: 'sglang', label: 'SGLang', version: textOf(body?.['version']), evidence };
  },
  (answers) => {
    const { body } = answers['/version'];
    const model = modelOf(answers['/v1/models']);
    const isOwner = ownerOf(answers['/v1/models']) === 'vllm';
    // Without its name as the owner, the form of both answers is vLLM's; a list that is kept from us says nothing against it.
    const hasForm = body !== undefined && Object.keys(body).join() === 'version';
    if (!isOwner && !(hasForm && (model === undefined || 'max_model_len' in model))) return undefined;
    const evidence = isOwner ? 'the owner of its model' : 'GET /version';
    return { backend: 'vllm', label: 'vLLM', version: textOf(body?.['version']), evidence };
  },
];
