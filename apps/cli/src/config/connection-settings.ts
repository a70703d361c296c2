import { isIP } from 'node:net';
import { type SettingsNamed, SWITCH } from './setting.ts';
import { parseChoice, parseFlag, parsePositive, parseWhole } from './units.ts';

const CONNECTIONS = 'Connections:';

/** How connections are opened and used. */
export const CONNECTION_SETTINGS: SettingsNamed<
  'connections' | 'http' | 'preconnect' | 'connectRate' | 'balance' | 'spreadDns' | 'localAddress'
> = {
  connections: {
    flag: '--connections <mode>',
    group: CONNECTIONS,
    help: 'keep-alive (default), or per-request: a new connection for each request, whose opening is part of its latency',
    expected: 'keep-alive or per-request',
    parse: parseChoice(['keep-alive', 'per-request']),
  },
  preconnect: {
    flag: '--preconnect <n>',
    group: CONNECTIONS,
    help: 'connections to open before the load (default: the concurrency, or a few for an open loop; none with per-request)',
    expected: 'a whole number of at least 0',
    parse: parseWhole(0),
  },
  connectRate: {
    flag: '--connect-rate <n/s>',
    group: CONNECTIONS,
    help: 'most connections to open a second, by all workers together: 200/s',
    expected: 'a rate above 0, such as 200/s',
    parse: (value) => parsePositive(String(value).trim().replace(/\/s$/, '')),
  },
  balance: {
    flag: '--balance <how>',
    group: CONNECTIONS,
    help: 'several targets or addresses: round-robin (default) or least-in-flight',
    expected: 'round-robin or least-in-flight',
    parse: parseChoice(['round-robin', 'least-in-flight']),
  },
  spreadDns: {
    flag: '--spread-dns',
    group: CONNECTIONS,
    help: "spread requests over all addresses of the target's name: the replicas of a headless service",
    expected: SWITCH,
    parse: parseFlag,
  },
  localAddress: {
    flag: '--local-address <ip,…>',
    group: CONNECTIONS,
    help: 'addresses of this machine that connections come from, in turn: each has some 28,000 ports of its own',
    expected: 'IP addresses of one family, with commas or repeated',
    isRepeatable: true,
    parse: parseLocalAddresses,
  },
  http: {
    flag: '--http <version>',
    group: CONNECTIONS,
    help: '1.1 (default), or 2 over TLS, which the undici transport speaks',
    expected: '1.1 or 2',
    parse: (value) => parseChoice(['1.1', '2'])(String(value)),
  },
};

function parseLocalAddresses(value: unknown): readonly string[] | undefined {
  const addresses = [value].flat().flatMap((text) =>
    String(text)
      .split(',')
      .map((part) => part.trim()),
  );
  const families = new Set(addresses.map((address) => isIP(address)));
  return families.has(0) || families.size !== 1 ? undefined : addresses;
}
