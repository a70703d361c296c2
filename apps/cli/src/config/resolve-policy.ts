import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';
import type { LayeredSettings } from './layers.ts';
import { flagNameOf, type SettingName } from './settings.ts';

/** Where requests go, and how connections are opened and used. */
export type ConnectionPolicy = Pick<RunConfig, 'targets' | 'connections' | 'transport'>;

/** What only the net transport does. */
const NET_ONLY: readonly SettingName[] = ['connectRate', 'spreadDns', 'localAddress'];

/** @throws CliError CONFIG_CONFLICT */
export function resolvePolicy(layered: LayeredSettings, targets: readonly string[]): ConnectionPolicy {
  refuseDifferentPaths(targets);
  const mode = layered.get('connections') ?? 'keep-alive';
  const isHttp2 = layered.get('http') === '2';
  const transport = layered.get('transport') ?? (isHttp2 ? 'undici' : 'net');
  if (isHttp2) refuseHttp2(targets, transport);
  if (transport === 'undici') refuseNetOnly(layered, mode);
  const spreadDns = layered.get('spreadDns') === true;
  const isSpread = targets.length > 1 || spreadDns;
  const balance = layered.get('balance');
  if (balance !== undefined && !isSpread) {
    throw new CliError('CONFIG_CONFLICT', '--balance needs several places to go', {
      hint: 'give --target several times, or add --spread-dns',
    });
  }
  return {
    transport,
    ...(targets.length > 1 ? { targets: [...targets] } : {}),
    connections: {
      mode,
      ...(isHttp2 ? { http: '2' } : {}),
      ...preconnectOf(layered, mode),
      ...given('connectRatePerSecond', layered.get('connectRate')),
      ...(isSpread ? { balance: balance ?? 'round-robin' } : {}),
      ...(spreadDns ? { spreadDns } : {}),
      ...given('localAddresses', layered.get('localAddress')),
    },
  };
}

type Connections = NonNullable<RunConfig['connections']>;

function given<Key extends keyof Connections>(key: Key, value: Connections[Key] | undefined): Pick<Connections, never> {
  return value === undefined ? {} : { [key]: value };
}

function preconnectOf(layered: LayeredSettings, mode: Connections['mode']): Pick<Connections, 'preconnect'> {
  const preconnect = layered.get('preconnect');
  if (mode === 'keep-alive') return preconnect === undefined ? {} : { preconnect };
  if ((preconnect ?? 0) === 0) return { preconnect: 0 };
  throw new CliError('CONFIG_CONFLICT', '--preconnect and --connections per-request exclude each other', {
    hint: 'a connection that stands before its request is no connection of that request',
  });
}

/** Requests are made once, with one path, whichever target they go to. */
function refuseDifferentPaths(targets: readonly string[]): void {
  const formOf = (target: string): string => `${new URL(target).protocol} ${new URL(target).pathname}`;
  const [first, ...others] = targets;
  const other = others.find((target) => formOf(target) !== formOf(first ?? target));
  if (other !== undefined) {
    throw new CliError('CONFIG_CONFLICT', `${first} and ${other} differ in more than host and port`, {
      hint: 'targets of one run have the same scheme and path',
    });
  }
  const twice = targets.find((target, at) => targets.indexOf(target) !== at);
  if (twice !== undefined) {
    throw new CliError('CONFIG_CONFLICT', `--target names ${twice} twice`, { hint: 'each target gets an equal share' });
  }
}

function refuseHttp2(targets: readonly string[], transport: RunConfig['transport']): void {
  if (transport === 'net') {
    throw new CliError('CONFIG_CONFLICT', '--http 2 and --transport net exclude each other', {
      hint: 'the net transport speaks HTTP/1.1; leave --transport out',
    });
  }
  const plain = targets.find((target) => !target.startsWith('https:'));
  if (plain === undefined && targets.length > 0) return;
  throw new CliError('CONFIG_CONFLICT', `--http 2 needs TLS${plain === undefined ? '' : `, and ${plain} has none`}`, {
    hint: 'HTTP/2 is agreed on in the TLS handshake: an https:// target',
  });
}

function refuseNetOnly(layered: LayeredSettings, mode: Connections['mode']): void {
  const name = NET_ONLY.find((each) => layered.get(each) !== undefined && layered.get(each) !== false);
  const flag =
    name === undefined ? (mode === 'per-request' ? '--connections per-request' : undefined) : flagNameOf(name);
  if (flag === undefined) return;
  throw new CliError('CONFIG_CONFLICT', `${flag} needs the net transport`, {
    hint: 'leave out --transport undici and --http 2',
  });
}
