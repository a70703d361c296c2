import type { ServerIdentity } from '@assay/backend-adapters';
import type { Finding, RunConfig } from '@assay/contracts';
import type { Backend, BackendCapabilities, FetchText } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { type Chosen, detectBackend, NOTHING_OPEN, type OpenChoices } from './detect-backend.ts';
import type { Endpoint } from './endpoint.ts';
import { firstQuestion, isHtml, notTheRuntime, refuseUnusable } from './first-answer.ts';
import { isAnsweredInHttp10 } from './http-version.ts';
import { chooseModel, readModels } from './model-list.ts';
import { type BackendConfig, createRunBackend, NOTHING_TOLD } from './ports.ts';
import { findingsOf } from './preflight-findings.ts';
import { explainUnreachable } from './reachability.ts';
import { askIdentity, refuseWrongBackend } from './server-identity.ts';

export interface PreflightInput {
  readonly endpoint: Endpoint;
  readonly config: BackendConfig & Pick<RunConfig, 'model'>;
  readonly fetchText: FetchText;
  readonly timeoutMs: number;
  /** What a recognised server may decide; nothing when left out. */
  readonly open?: OpenChoices;
}

const isCredential = (header: string): boolean => /auth|key|token|cookie/.test(header);

/** What is known of a server before a load. */
export interface Preflight {
  readonly model: string;
  readonly backend: Backend;
  readonly capabilities: BackendCapabilities;
  /** `undefined` where the server gives no sign of what it is. */
  readonly identity: ServerIdentity | undefined;
  readonly findings: readonly Finding[];
  /** The adapter that the server itself decided on. */
  readonly detected: Chosen | undefined;
}

/**
 * Asks a server what it is and what it serves, before anything is written or measured.
 *
 * @throws CliError TARGET_UNREACHABLE, TARGET_TIMEOUT, TARGET_TLS, TARGET_FAILING (exit 5); TARGET_NOT_OPENAI, TARGET_WRONG_BACKEND,
 * TARGET_UNAUTHORIZED, TARGET_REDIRECTS, TARGET_COMPRESSED, MODEL_UNKNOWN, MODEL_MISSING (exit 2)
 */
export async function preflight(input: PreflightInput): Promise<Preflight> {
  const { endpoint, config, open = NOTHING_OPEN } = input;
  const fetchText = explained(input.fetchText, endpoint.target);
  const { path, isList } = firstQuestion(config.backend, config.api, endpoint.basePath);
  const first = await fetchText(get(input, path));
  const url = `${endpoint.transportTarget.origin.origin}${path}`;
  refuseUnusable(first, url, Object.keys(endpoint.headers).some(isCredential));
  const identity = await askIdentity(endpoint, input.fetchText, input.timeoutMs);
  const served = isList && first.status === 200 ? readModels(first.body) : undefined;
  const isAnswered = isList ? served !== undefined : first.status === 200 && !isHtml(first.body);
  const hasModels = isAnswered && served?.length !== 0;
  const detected = detectBackend({ identity, config, open, endpoint, isAnswered: hasModels });
  if (detected !== undefined) {
    const chosen = { ...config, ...detected };
    const stillOpen = { ...open, backend: false, api: open.api && detected.api === config.api };
    const found = await preflight({ ...input, config: chosen, open: stillOpen });
    return { ...found, detected: { ...detected, ...found.detected } };
  }

  refuseWrongBackend(identity, { backend: config.backend, isAnswered, target: endpoint.target });
  const isWithoutList =
    path.endsWith('/v1/models') && first.status === 404 && !isHtml(first.body) && config.model !== null;
  if (!isAnswered && !isWithoutList) throw notTheRuntime(url, first, config);
  const found = await askServer({ ...input, fetchText }, served);
  const isHttp10 = await isAnsweredInHttp10(endpoint, path, input.timeoutMs);
  return { ...found, identity, detected, findings: findingsOf({ ...found, isWithoutList, isHttp10, config, url }) };
}

/** The model of a server, by its list or, where it has none, by what its adapter finds out; and what is known of both. */
async function askServer(
  { endpoint, config, fetchText }: PreflightInput,
  served: readonly string[] | undefined,
): Promise<Pick<Preflight, 'model' | 'backend' | 'capabilities'>> {
  const ask = (model: string): Promise<BackendCapabilities> =>
    createRunBackend(endpoint, config, model, NOTHING_TOLD).capabilities(fetchText);
  const asked = served === undefined ? config.model : chooseModel(served, config.model);
  const first = await ask(asked ?? '');
  const models = served ?? first.models;
  if (models === undefined && asked === null) {
    throw new CliError('MODEL_MISSING', `${endpoint.target} does not say which models it serves`, {
      hint: 'add --model NAME',
    });
  }
  const model = models === undefined ? (asked ?? '') : chooseModel(models, asked);
  const capabilities = model === asked ? first : await ask(model);
  return { model, backend: createRunBackend(endpoint, config, model, capabilities), capabilities };
}

const get = ({ endpoint, timeoutMs }: PreflightInput, path: string): Parameters<FetchText>[0] => ({
  method: 'GET',
  path,
  headers: { accept: 'application/json', ...endpoint.headers },
  body: undefined,
  timeoutMs,
});

/** The same questions; one that gets no answer ends in the user's words. */
const explained =
  (fetchText: FetchText, target: string): FetchText =>
  async (request) => {
    try {
      return await fetchText(request);
    } catch (error: unknown) {
      throw explainUnreachable(error, target);
    }
  };
