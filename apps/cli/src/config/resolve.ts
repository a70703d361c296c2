import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import type { LayeredSettings, Origin } from './layers.ts';
import { refuseUnknownFields } from './own-fields.ts';
import { resolveConnection } from './resolve-connection.ts';
import { resolveLoad } from './resolve-load.ts';
import { resolvePolicy } from './resolve-policy.ts';
import { streamsByDefault } from './streaming.ts';

export interface ResolvedConfig {
  readonly config: RunConfig;
  /** Where each top-level value comes from. */
  readonly origins: Readonly<Record<string, Origin>>;
}

/**
 * Fills in defaults and checks what belongs together.
 *
 * @throws CliError CONFIG_TARGET_MISSING, CONFIG_STOP_MISSING, CONFIG_CONFLICT
 */
export function resolveConfig(layered: LayeredSettings, defaultName: string): ResolvedConfig {
  refuseTwoTargets(layered);
  const load = resolveLoad(layered);
  const dataset = resolveDataset(layered, load.kind === 'trace');
  const requests = layered.get('requests') ?? null;
  const durationMs = layered.get('duration') ?? null;
  if (requests === null && durationMs === null && load.kind !== 'trace') {
    throw new CliError('CONFIG_STOP_MISSING', 'nothing says when the run ends', {
      hint: 'add --requests 500 or --duration 60s',
    });
  }
  // The embedded service has vLLM's tokenizer route, so its prompts can be exact.
  const connection = resolveConnection(layered, isSimulated(layered) ? 'vllm' : 'openai');
  const targets = isSimulated(layered) ? [] : (layered.get('target') ?? []);
  const tokenizer = layered.get('tokenizer');
  const tokenIdRange = layered.get('tokenIdRange');
  const config: RunConfig = {
    target: targets[0] ?? null,
    simulate: isSimulated(layered),
    ...connection,
    stream: connection.api === 'embeddings' ? false : (layered.get('stream') ?? streamsByDefault(connection)),
    ...resolveOwnFields(layered),
    ...(tokenizer === undefined ? {} : { tokenizer }),
    requests,
    durationMs,
    warmupMs: layered.get('warmup') ?? 0,
    warmupRequests: layered.get('warmupRequests') ?? 0,
    load,
    maxInFlight: layered.get('maxInFlight') ?? null,
    ...resolveTenants(layered),
    ...resolveSessions(layered, load.kind === 'concurrency', dataset.kind),
    dataset,
    seed: layered.get('seed') ?? 0,
    drainMs: layered.get('drain') ?? connection.timeouts.totalMs,
    ...resolvePolicy(layered, targets),
    slo: [...(layered.get('slo') ?? [])],
    verifyStream: layered.get('verifyStream') ?? false,
    ...resolveWorkers(layered),
    ...(tokenIdRange === undefined ? {} : { tokenIdRange }),
    name: layered.get('name') ?? defaultName,
  };
  // Where the server is yet to decide on the runtime, they are looked at once it has.
  if (isSimulated(layered) || layered.get('backend') !== undefined) refuseUnknownFields(config, false);
  return { config, origins: originsOf(layered) };
}

/** A target in a stronger layer than `simulate` wins, and the other way round; both in one layer are a conflict. */
function isSimulated(layered: LayeredSettings): boolean {
  return layered.strongestWith(['target', 'simulate'])?.settings.simulate === true;
}

function refuseTwoTargets(layered: LayeredSettings): void {
  const strongest = layered.strongestWith(['target', 'simulate'])?.settings;
  if (strongest?.target !== undefined && strongest.simulate === true) {
    throw new CliError('CONFIG_CONFLICT', '--target and --simulate exclude each other', {
      hint: '--simulate measures the embedded service, --target a server of yours',
    });
  }
  if (strongest === undefined || (strongest.target === undefined && strongest.simulate !== true)) {
    throw new CliError('CONFIG_TARGET_MISSING', 'nothing says what to measure', {
      hint: 'add --target http://127.0.0.1:8000, or --simulate for the embedded service',
    });
  }
}

function resolveOwnFields(layered: LayeredSettings): Pick<RunConfig, 'tokensPerEvent' | 'cacheSalt' | 'priority'> {
  const tokensPerEvent = layered.get('tokensPerEvent');
  const cacheSalt = layered.get('cacheSalt');
  const priority = layered.get('priority');
  return {
    ...(tokensPerEvent === undefined ? {} : { tokensPerEvent }),
    ...(cacheSalt === undefined ? {} : { cacheSalt }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** @throws CliError CONFIG_CONFLICT for threads and processes at once */
function resolveWorkers(layered: LayeredSettings): Pick<RunConfig, 'workers' | 'processes'> {
  const workers = layered.get('workers');
  const processes = layered.get('processes');
  if (processes !== undefined && typeof workers === 'number' && workers > 1) {
    throw new CliError('CONFIG_CONFLICT', '--workers and --processes exclude each other', {
      hint: 'each process makes its part with one thread: --processes alone',
    });
  }
  return {
    ...(typeof workers === 'number' ? { workers } : {}),
    ...(processes === undefined ? {} : { processes }),
  };
}

function resolveTenants(layered: LayeredSettings): Pick<RunConfig, 'tenants'> {
  const tenants = layered.get('tenants');
  return tenants === undefined ? {} : { tenants };
}

/** @throws CliError CONFIG_CONFLICT where there is no such choice */
function resolveSessions(
  layered: LayeredSettings,
  isClosed: boolean,
  dataset: RunConfig['dataset']['kind'],
): Pick<RunConfig, 'sessions'> {
  const sessions = layered.get('sessions');
  const hasConversations = dataset === 'jsonl' || dataset === 'agentic';
  if (sessions !== undefined && !hasConversations) {
    throw new CliError(
      'CONFIG_CONFLICT',
      `--sessions is about conversations, and prompts of the dataset ${dataset} stand alone`,
      {
        hint: 'add --dataset FILE.jsonl or --dataset agentic:FILE.jsonl, or leave it out',
      },
    );
  }
  if (sessions === 'split' && isClosed) {
    throw new CliError('CONFIG_CONFLICT', '--sessions split is for an open loop: a closed loop waits for each answer', {
      hint: 'give --rate in place of --concurrency, or leave it out',
    });
  }
  return hasConversations && !isClosed ? { sessions: sessions ?? 'whole' } : {};
}

function resolveDataset(layered: LayeredSettings, isTrace: boolean): RunConfig['dataset'] {
  const chosen = layered.get('dataset') ?? { kind: isTrace ? 'trace' : 'synthetic' };
  if ('file' in chosen) return { kind: chosen.kind, file: chosen.file };
  if (chosen.kind === 'trace') {
    if (isTrace) return { kind: 'trace' };
    throw new CliError('CONFIG_CONFLICT', '--dataset trace needs a trace', { hint: 'add --trace FILE' });
  }
  const prefix = layered.get('sharedPrefix') ?? { tokens: 0, count: 1 };
  return {
    kind: 'synthetic',
    inputTokens: layered.get('inputTokens') ?? { kind: 'fixed', value: 512 },
    outputTokens: layered.get('outputTokens') ?? { kind: 'fixed', value: 128 },
    sharedPrefixTokens: prefix.tokens,
    sharedPrefixCount: prefix.count,
  };
}

function originsOf(layered: LayeredSettings): Record<Exclude<keyof RunConfig, 'secretHeaders'>, Origin> {
  return {
    target: layered.originOf('target', 'simulate'),
    simulate: layered.originOf('target', 'simulate'),
    backend: layered.originOf('backend'),
    model: layered.originOf('model'),
    api: layered.originOf('api'),
    metricsUrl: layered.originOf('metricsUrl'),
    stream: layered.originOf('stream'),
    tokensPerEvent: layered.originOf('tokensPerEvent'),
    tokenizer: layered.originOf('tokenizer'),
    cacheSalt: layered.originOf('cacheSalt'),
    priority: layered.originOf('priority'),
    requests: layered.originOf('requests'),
    durationMs: layered.originOf('duration'),
    warmupMs: layered.originOf('warmup'),
    warmupRequests: layered.originOf('warmupRequests'),
    load: layered.originOf('rate', 'arrival', 'concurrency', 'trace'),
    maxInFlight: layered.originOf('maxInFlight'),
    dataset: layered.originOf('dataset', 'inputTokens', 'outputTokens', 'sharedPrefix'),
    tokenIdRange: layered.originOf('tokenIdRange'),
    tenants: layered.originOf('tenants'),
    sessions: layered.originOf('sessions'),
    seed: layered.originOf('seed'),
    timeouts: layered.originOf('timeout', 'connectTimeout', 'firstTokenTimeout', 'stallTimeout'),
    drainMs: layered.originOf('drain', 'timeout'),
    transport: layered.originOf('transport', 'http'),
    targets: layered.originOf('target'),
    connections: layered.originOf(
      'connections',
      'http',
      'preconnect',
      'connectRate',
      'balance',
      'spreadDns',
      'localAddress',
    ),
    tls: layered.originOf('caFile', 'certFile', 'keyFile', 'insecure'),
    headers: layered.originOf('header'),
    auth: layered.originOf('apiKeyEnv', 'apiKeyFile'),
    slo: layered.originOf('slo'),
    verifyStream: layered.originOf('verifyStream'),
    workers: layered.originOf('workers'),
    processes: layered.originOf('processes'),
    name: layered.originOf('name'),
  };
}
