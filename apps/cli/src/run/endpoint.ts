import { readFileSync } from 'node:fs';
import type { RunConfig } from '@assay/contracts';
import type { TransportTarget } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import type { SecretPlace } from '../config/header-text.ts';
import type { Surroundings } from '../streams.ts';
import { checkClientCertificate } from './client-certificate.ts';

/** Where and how to send: the parts of the configuration that need files or the environment are read. */
export interface Endpoint {
  /** Address as the user knows it, without a trailing `/v1`. */
  readonly target: string;
  readonly basePath: string;
  readonly transportTarget: TransportTarget;
  /** All targets that requests go to, that one first. */
  readonly transportTargets: readonly [TransportTarget, ...TransportTarget[]];
  /** Configured headers and the key; never written anywhere. */
  readonly headers: Readonly<Record<string, string>>;
}

type EndpointConfig = Pick<RunConfig, 'tls' | 'timeouts' | 'headers' | 'secretHeaders' | 'auth' | 'targets'>;

/** @throws CliError CONFIG_FILE_UNREADABLE, CONFIG_AUTH_MISSING, CONFIG_CONFLICT */
export function createEndpoint(
  target: string,
  config: EndpointConfig,
  { environment, secrets }: Surroundings,
): Endpoint {
  const url = new URL(target);
  const fromElsewhere = secretHeaders(config.secretHeaders ?? {}, environment);
  const key = config.auth === null ? undefined : readKey(config.auth, environment);
  // Before anything is asked: a server may quote them.
  secrets.learn([...Object.values(fromElsewhere), ...(key === undefined ? [] : [key])]);
  const transportTarget = {
    origin: new URL(url.origin),
    connectTimeoutMs: config.timeouts.connectMs,
    ...(url.protocol === 'https:' ? { tls: readTls(config.tls) } : {}),
  };
  const others = (config.targets ?? []).filter((each) => each !== target);
  return {
    target,
    basePath: url.pathname.replace(/\/+$/, ''),
    transportTarget,
    transportTargets: [
      transportTarget,
      ...others.map((each) => ({ ...transportTarget, origin: new URL(new URL(each).origin) })),
    ],
    headers: {
      ...config.headers,
      ...fromElsewhere,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
  };
}

function readTls({ caFile, certFile, keyFile, isVerified }: RunConfig['tls']): NonNullable<TransportTarget['tls']> {
  const file = (path: string | null | undefined, flag: string): string | undefined =>
    typeof path === 'string' ? readConfigFile(path, flag) : undefined;
  const ca = file(caFile, '--ca-file');
  const cert = file(certFile, '--cert-file');
  const key = file(keyFile, '--key-file');
  if (cert !== undefined && key !== undefined) {
    checkClientCertificate({ path: String(certFile), text: cert }, { path: String(keyFile), text: key });
  }
  return {
    isVerified,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function secretHeaders(
  places: Readonly<Record<string, SecretPlace>>,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(places).map(([name, place]) => {
      const value = readSecret(place, `the header ${name}`, environment);
      if (/^[\t\x20-\x7e]+$/.test(value)) return [name, value];
      throw authMissing(place, value, 'the value of a header is one line of plain text');
    }),
  );
}

function readKey(auth: NonNullable<RunConfig['auth']>, environment: NodeJS.ProcessEnv): string {
  const key = readSecret(auth, '--api-key-file', environment);
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw authMissing(auth, key, 'the key is one word without spaces');
}

function readSecret(place: SecretPlace, what: string, environment: NodeJS.ProcessEnv): string {
  const text = 'fromEnv' in place ? (environment[place.fromEnv] ?? '') : readConfigFile(place.fromFile, what);
  return text.trim();
}

/** Says where the secret was looked for, never what was found. */
function authMissing(place: SecretPlace, value: string, hint: string): CliError {
  const where = 'fromEnv' in place ? `the variable ${place.fromEnv}` : `the file ${place.fromFile}`;
  return new CliError('CONFIG_AUTH_MISSING', `${where} ${value === '' ? 'holds no key' : 'holds more than a key'}`, {
    hint,
  });
}

function readConfigFile(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error: unknown) {
    throw new CliError('CONFIG_FILE_UNREADABLE', `${what}: cannot read ${path}`, {
      cause: error,
      hint: 'check the path and its permissions',
    });
  }
}
