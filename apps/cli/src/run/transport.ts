import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { RunConfig } from '@assay/contracts';
import {
  ConnectLimits,
  ConnectPace,
  createNetTransport,
  createSpreadTransport,
  type PlaceOptions,
  type ReadDelays,
  type ShardPlace,
  type Transport,
  type TransportTarget,
} from '@assay/loadgen';
import { CLOCK } from './clock.ts';
import type { Endpoint } from './endpoint.ts';

type TransportConfig = Pick<RunConfig, 'transport' | 'connections'>;
type Connections = NonNullable<RunConfig['connections']>;

/** Longer than a busy server takes to close after its last byte, and short beside any run. */
const REUSE_PROOF_MS = 100;
const ALONE: ShardPlace = { index: 0, count: 1 };
const KEPT: Connections = { mode: 'keep-alive' };

/** The transport of a run, or of one worker's part of it. Rejects where a name that requests are spread over has no address. */
export async function createTransport(
  { transportTargets }: Endpoint,
  { transport, connections = KEPT }: TransportConfig,
  readDelays?: ReadDelays,
  place: ShardPlace = ALONE,
): Promise<Transport> {
  const limits = new ConnectLimits(paceOf(connections, place));
  const create =
    transport === 'net'
      ? createNet(connections, limits, readDelays)
      : await createUndici(connections.http === '2', limits);
  const [first, ...others] = transportTargets;
  if (others.length === 0 && connections.spreadDns !== true) return create(first, {});
  return await createSpreadTransport(transportTargets, {
    balance: connections.balance ?? 'round-robin',
    create,
    resolve: connections.spreadDns === true ? (name) => addressesOf(name, connections) : undefined,
    nowMs: () => CLOCK.nowMs(),
  });
}

/** Connections that a worker opens before the load; `undefined` for as many as the load is thought to need. */
export function preconnectOf(
  { preconnect }: Pick<Connections, 'preconnect'> = {},
  { index, count }: ShardPlace = ALONE,
): number | undefined {
  if (preconnect === undefined) return undefined;
  return Math.floor(preconnect / count) + (index < preconnect % count ? 1 : 0);
}

type Create = (target: TransportTarget, options: PlaceOptions) => Transport;

function createNet(
  { mode, localAddresses }: Connections,
  limits: ConnectLimits,
  readDelays: ReadDelays | undefined,
): Create {
  const shared = { clock: CLOCK, reuseProofMs: REUSE_PROOF_MS, readDelays, connections: mode, limits, localAddresses };
  return (target, options) => createNetTransport(target, { ...shared, ...options });
}

async function createUndici(isHttp2Allowed: boolean, limits: ConnectLimits): Promise<Create> {
  const { createUndiciTransport } = await import('@assay/loadgen/undici');
  return (target) => createUndiciTransport(target, { clock: CLOCK, isHttp2Allowed, limits });
}

/** Workers open theirs in between each other, so that together they keep the pace. */
function paceOf({ connectRatePerSecond: rate }: Connections, { index, count }: ShardPlace): ConnectPace | undefined {
  return rate === undefined ? undefined : new ConnectPace(rate / count, (index * 1000) / rate);
}

async function addressesOf(name: string, { localAddresses = [] }: Connections): Promise<readonly string[]> {
  if (isIP(name) !== 0) return [name];
  const family = isIP(localAddresses[0] ?? '');
  const found = await lookup(name, { all: true, family });
  return found.map(({ address }) => address);
}
