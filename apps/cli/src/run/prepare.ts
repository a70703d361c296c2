import { loadTokenizer } from '@assay/backend-adapters';
import type { Finding, RunConfig } from '@assay/contracts';
import type { FetchText, PromptSource } from '@assay/loadgen';
import type { Origin } from '../config/layers.ts';
import { refuseUnknownFields } from '../config/own-fields.ts';
import type { ProgressView } from '../render/progress.ts';
import type { Surroundings } from '../streams.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';
import { createEndpointFetch } from './endpoint-fetch.ts';
import { checkPlaces, isSpread } from './other-places.ts';
import { type Preflight, preflight } from './preflight.ts';
import { type PromptPlan, preparePrompts } from './prompts.ts';
import { nameOf } from './server-identity.ts';
import { readServer, type ServerReading } from './server-reading.ts';

/** All that a load needs of a server, found before anything is written. */
export interface Preparation extends Pick<Preflight, 'model' | 'backend' | 'capabilities'> {
  /** The configuration with what the server itself decided. */
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly endpoint: Endpoint;
  readonly fetchText: FetchText;
  readonly prompts: PromptSource;
  readonly promptPlan: PromptPlan;
  readonly findings: readonly Finding[];
  /** The server's own figures before the load. */
  readonly reading: ServerReading;
}

export interface PrepareInput {
  readonly config: RunConfig;
  readonly origins: Readonly<Record<string, Origin>>;
  readonly target: string;
  readonly surroundings: Surroundings;
  readonly view: ProgressView;
}

const QUESTION_TIMEOUT_MS = 10_000;
/** One server's counters tell nothing of requests that several share. */
const NOTHING_READ: ServerReading = { counters: undefined, page: undefined };

/** Preflight, prompts and a first look at the server's counters. */
export async function prepareRun(input: PrepareInput): Promise<Preparation> {
  const { config: asked, origins, target, surroundings, view } = input;
  const endpoint = createEndpoint(target, asked, surroundings);
  const fetchText = createEndpointFetch(endpoint, asked.metricsUrl);
  const timeoutMs = Math.min(QUESTION_TIMEOUT_MS, asked.timeouts.totalMs);
  const localTokenizer = asked.tokenizer === undefined ? undefined : await loadTokenizer(asked.tokenizer);
  const open = {
    backend: !asked.simulate && origins['backend'] === 'default',
    api: origins['api'] === 'default',
    stream: origins['stream'] === 'default',
  };
  const server = await preflight({ endpoint, config: { ...asked, localTokenizer }, fetchText, timeoutMs, open });
  const { model, backend, capabilities, detected } = server;
  const found = { ...asked, ...detected };
  refuseUnknownFields(found, open.backend);
  const { transportTarget } = endpoint;
  await checkPlaces({ config: { ...found, target, model }, transportTarget, timeoutMs, surroundings });
  tellBackend(server, found, view);
  const { prompts, plan, findings } = await preparePrompts({ config: found, backend, capabilities, fetchText });
  const { tokenIdRange } = plan;
  const config = { ...found, ...(tokenIdRange === undefined ? {} : { tokenIdRange }) };
  // Last, so that the questions above are not taken for part of the load.
  const reading = isSpread(found) ? NOTHING_READ : await readServer({ backend, endpoint, fetchText });
  return {
    config,
    origins: { ...origins, ...detectedOrigins(asked, config) },
    endpoint,
    fetchText,
    model,
    backend,
    capabilities,
    prompts,
    promptPlan: plan,
    findings: [...server.findings, ...findings],
    reading,
  };
}

/** Says which adapter a recognised server gets, or that there is one that knows more. */
function tellBackend({ identity, detected }: Preflight, { backend }: RunConfig, view: ProgressView): void {
  if (identity === undefined) return;
  if (detected !== undefined) {
    const how = `measured as --backend ${backend}, which --backend openai turns off`;
    view.note(`the server is ${nameOf(identity)} (${identity.evidence}): ${how}`);
  } else if (backend === 'openai') {
    view.note(`the server is ${nameOf(identity)}: --backend ${identity.backend} knows more about it`);
  }
}

const detectedOrigins = (asked: RunConfig, config: RunConfig): Readonly<Record<string, Origin>> => ({
  ...(asked.backend === config.backend ? {} : { backend: 'detected' }),
  ...(asked.api === config.api ? {} : { api: 'detected' }),
  ...(asked.stream === config.stream ? {} : { stream: 'detected' }),
  ...(asked.tokenIdRange === config.tokenIdRange ? {} : { tokenIdRange: 'detected' }),
});
