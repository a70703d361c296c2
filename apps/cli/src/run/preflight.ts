import type { ServerIdentity } from '@assay/backend-adapters';
import type { Finding, RunConfig } from '@assay/contracts';
import type { Backend, BackendCapabilities, FetchText } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import { detectBackend, type OpenChoices } from './detect-backend.ts';
import type { Endpoint } from './endpoint.ts';
import { firstPath, isHtml, notTheRuntime, refuseUnusable } from './first-answer.ts';
import { isAnsweredInHttp10 } from './http-version.ts';
import { chooseModel, readModels } from './model-list.ts';
import { type BackendConfig, createRunBackend } from './ports.ts';
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

const NOTHING_OPEN: OpenChoices = { backend: false, api: false };

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
  readonly detected: Pick<RunConfig, 'backend' | 'api'> | undefined;
}

/**
 * Asks a server what it is and what it serves, before anything is written or measured.
 *
 * @throws CliError TARGET_UNREACHABLE, TARGET_TIMEOUT, TARGET_TLS, TARGET_FAILING (exit 5); TARGET_NOT_OPENAI, TARGET_WRONG_BACKEND,
 * TARGET_UNAUTHORIZED, TARGET_REDIRECTS, TARGET_COMPRESSED, MODEL_UNKNOWN, MODEL_MISSING (exit 2)
 */
export async function preflight(input: PreflightInput): Promise<Preflight> {
  const { endpoint, config } = input;
  const fetchText = explained(input.fetchText, endpoint.target);
  const path = firstPath(config.backend, config.api, endpoint.basePath);
  const first = await fetchText(get(input, path));
  const url = `${endpoint.transportTarget.origin.origin}${path}`;
  refuseUnusable(first, url, Object.keys(endpoint.headers).some(isCredential));
  const identity = await askIdentity(endpoint, input.fetchText, input.timeoutMs);
  const detected = detectBackend(identity, config, input.open ?? NOTHING_OPEN, endpoint);
  if (detected !== undefined) {
    return { ...(await preflight({ ...input, config: { ...config, ...detected }, open: NOTHING_OPEN })), detected };
  }

  const isList = path.endsWith('/v1/models');
  const served = isList && first.status === 200 ? readModels(first.body) : undefined;
  const isAnswered = isList ? served !== undefined : first.status === 200 && !isHtml(first.body);
  refuseWrongBackend(identity, { backend: config.backend, isAnswered, target: endpoint.target });
  const isWithoutList = isList && first.status === 404 && !isHtml(first.body) && config.model !== null;
  if (!isAnswered && !isWithoutList) throw notTheRuntime(url, first, config.backend);
  const found = served === undefined ? await askModel(input, fetchText) : await use(chooseModel(served, config.model));
  const isHttp10 = await isAnsweredInHttp10(endpoint, path, input.timeoutMs);
  return { ...found, identity, detected, findings: findingsOf({ ...found, isWithoutList, isHttp10, config, url }) };

  async function use(model: string): Promise<Pick<Preflight, 'model' | 'backend' | 'capabilities'>> {
    const backend = createRunBackend(endpoint, config, model);
    return { model, backend, capabilities: await backend.capabilities(fetchText) };
  }
}

/** The model of a server whose adapter, not a list, tells what it serves. */
async function askModel(
  { endpoint, config }: PreflightInput,
  fetchText: FetchText,
): Promise<Pick<Preflight, 'model' | 'backend' | 'capabilities'>> {
  const asked = createRunBackend(endpoint, config, config.model ?? '');
  const capabilities = await asked.capabilities(fetchText);
  const { models } = capabilities;
  if (models === undefined && config.model === null) {
    throw new CliError('MODEL_MISSING', `${endpoint.target} does not say which models it serves`, {
      hint: 'add --model NAME',
    });
  }
  const model = models === undefined ? (config.model ?? '') : chooseModel(models, config.model);
  if (model === config.model) return { model, backend: asked, capabilities };
  const backend = createRunBackend(endpoint, config, model);
  return { model, backend, capabilities: await backend.capabilities(fetchText) };
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
