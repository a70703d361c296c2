import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import { isSecretPlace } from './header-text.ts';
import type { LayeredSettings } from './layers.ts';

/** The part of a configuration that says how to talk to a server. */
export type ConnectionConfig = Pick<
  RunConfig,
  'backend' | 'model' | 'api' | 'metricsUrl' | 'timeouts' | 'tls' | 'headers' | 'secretHeaders' | 'auth'
>;

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_STALL_TIMEOUT_MS = 30_000;

/** @throws CliError CONFIG_CONFLICT */
export function resolveConnection(layered: LayeredSettings, defaultBackend: RunConfig['backend']): ConnectionConfig {
  const backend = layered.get('backend') ?? defaultBackend;
  const metricsUrl = layered.get('metricsUrl');
  return {
    backend,
    model: layered.get('model') ?? null,
    // Triton speaks no OpenAI interface of its own.
    api: layered.get('api') ?? (backend === 'triton' ? 'native' : 'chat'),
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    timeouts: resolveTimeouts(layered),
    tls: resolveTls(layered),
    ...resolveHeaders(layered),
    auth: resolveAuth(layered),
  };
}

function resolveTimeouts(layered: LayeredSettings): RunConfig['timeouts'] {
  const totalMs = layered.get('timeout') ?? DEFAULT_TIMEOUT_MS;
  return {
    connectMs: layered.get('connectTimeout') ?? Math.min(DEFAULT_CONNECT_TIMEOUT_MS, totalMs),
    firstTokenMs: layered.get('firstTokenTimeout') ?? totalMs,
    stallMs: layered.get('stallTimeout') ?? Math.min(DEFAULT_STALL_TIMEOUT_MS, totalMs),
    totalMs,
  };
}

function resolveTls(layered: LayeredSettings): RunConfig['tls'] {
  const certFile = layered.get('certFile');
  const keyFile = layered.get('keyFile');
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new CliError('CONFIG_CONFLICT', '--cert-file and --key-file belong together', {
      hint: `add ${certFile === undefined ? '--cert-file, the certificate' : '--key-file, the key of the certificate'}`,
    });
  }
  return {
    caFile: layered.get('caFile') ?? null,
    isVerified: layered.get('insecure') !== true,
    ...(certFile === undefined || keyFile === undefined ? {} : { certFile, keyFile }),
  };
}

function resolveHeaders(layered: LayeredSettings): Pick<RunConfig, 'headers' | 'secretHeaders'> {
  const headers: Record<string, string> = {};
  const secretHeaders: Record<string, { fromEnv: string } | { fromFile: string }> = {};
  for (const [name, value] of Object.entries(layered.get('header') ?? {})) {
    if (isSecretPlace(value)) secretHeaders[name] = value;
    else headers[name] = value;
  }
  return Object.keys(secretHeaders).length === 0 ? { headers } : { headers, secretHeaders };
}

function resolveAuth(layered: LayeredSettings): RunConfig['auth'] {
  const settings = layered.strongestWith(['apiKeyEnv', 'apiKeyFile'])?.settings;
  if (settings?.apiKeyEnv !== undefined && settings.apiKeyFile !== undefined) {
    throw new CliError('CONFIG_CONFLICT', '--api-key-env and --api-key-file exclude each other', {
      hint: 'a key has one place',
    });
  }
  if (settings?.apiKeyEnv !== undefined) return { fromEnv: settings.apiKeyEnv };
  return settings?.apiKeyFile === undefined ? null : { fromFile: settings.apiKeyFile };
}
