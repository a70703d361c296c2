import { readFileSync } from 'node:fs';
import { createBackend } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import {
  type Backend,
  createFetchText,
  createNetTransport,
  createUndiciTransport,
  type FetchText,
  type Transport,
  type TransportTarget,
} from '@assay/loadgen';
import type { Clock } from '@assay/timebase';
import { CliError } from '../cli-error.ts';

/** Where and how to send: the parts of the configuration that need files or the environment are read. */
export interface Endpoint {
  /** Address as the user knows it, without a trailing `/v1`. */
  readonly target: string;
  readonly basePath: string;
  readonly transportTarget: TransportTarget;
  /** Configured headers and the key; never written anywhere. */
  readonly headers: Readonly<Record<string, string>>;
}

type EndpointConfig = Pick<RunConfig, 'tls' | 'timeouts' | 'headers' | 'auth'>;

/** @throws CliError CONFIG_FILE_UNREADABLE, CONFIG_AUTH_MISSING */
export function createEndpoint(target: string, config: EndpointConfig, environment: NodeJS.ProcessEnv): Endpoint {
  const url = new URL(target);
  const { caFile, isVerified } = config.tls;
  const tls = { isVerified, ...(caFile === null ? {} : { ca: readConfigFile(caFile, '--ca-file') }) };
  return {
    target,
    basePath: url.pathname.replace(/\/+$/, ''),
    transportTarget: {
      origin: new URL(url.origin),
      connectTimeoutMs: config.timeouts.connectMs,
      ...(url.protocol === 'https:' ? { tls } : {}),
    },
    headers: { ...config.headers, ...authHeaders(config.auth, environment) },
  };
}

function authHeaders(auth: RunConfig['auth'], environment: NodeJS.ProcessEnv): Record<string, string> {
  if (auth === null) return {};
  const isVariable = 'fromEnv' in auth && auth.fromEnv !== undefined;
  const place = isVariable ? `the variable ${auth.fromEnv}` : `the file ${'fromFile' in auth ? auth.fromFile : ''}`;
  const text = isVariable
    ? (environment[auth.fromEnv] ?? '')
    : readConfigFile('fromFile' in auth ? (auth.fromFile ?? '') : '', '--api-key-file');
  const key = text.trim();
  if (key !== '' && /^[\x21-\x7e]+$/.test(key)) return { authorization: `Bearer ${key}` };
  throw new CliError('CONFIG_AUTH_MISSING', `${place} ${key === '' ? 'holds no key' : 'holds more than a key'}`, {
    hint: 'the key is one word without spaces',
  });
}

function readConfigFile(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error: unknown) {
    throw new CliError('CONFIG_FILE_UNREADABLE', `${flag}: cannot read ${path}`, {
      cause: error,
      hint: 'check the path and its permissions',
    });
  }
}

export function createTransport(endpoint: Endpoint, name: RunConfig['transport'], clock: Clock): Transport {
  return name === 'net'
    ? createNetTransport(endpoint.transportTarget, { clock })
    : createUndiciTransport(endpoint.transportTarget, { clock });
}

export function createRunBackend(endpoint: Endpoint, config: RunConfig, model: string): Backend {
  return createBackend({
    backend: config.backend,
    api: config.api,
    model,
    isStreaming: config.stream,
    ignoreEos: config.backend === 'vllm',
    includeUsage: true,
    basePath: endpoint.basePath,
    headers: endpoint.headers,
    verifyStream: config.verifyStream,
  });
}

/** A backend that only asks what a server can do; `vllm` knows the most questions. */
export function createProbeBackend(endpoint: Endpoint, model: string): Backend {
  return createBackend({
    backend: 'vllm',
    api: 'chat',
    model,
    isStreaming: true,
    ignoreEos: false,
    includeUsage: true,
    basePath: endpoint.basePath,
    headers: endpoint.headers,
    verifyStream: false,
  });
}

export function createEndpointFetch(endpoint: Endpoint): FetchText {
  return createFetchText(endpoint.transportTarget);
}
