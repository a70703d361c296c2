import { createServer } from 'node:net';
import { connect } from 'node:tls';
import type { RunConfig } from '@assay/contracts';
import type { TransportTarget } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';
import type { Surroundings } from '../streams.ts';
import { createEndpoint } from './endpoint.ts';
import { createEndpointFetch } from './endpoint-fetch.ts';
import { preflight } from './preflight.ts';

export interface PlacesInput {
  /** With the backend and the model that were found at the first target. */
  readonly config: RunConfig;
  readonly transportTarget: TransportTarget;
  readonly timeoutMs: number;
  readonly surroundings: Surroundings;
}

/** Server counters are those of one server: with several, no records are to be compared with them. */
export function isSpread({ targets, connections }: Pick<RunConfig, 'targets' | 'connections'>): boolean {
  return targets !== undefined || connections?.spreadDns === true;
}

/**
 * Asks the further targets the questions the first one was asked, and looks whether connections can be opened as configured.
 *
 * @throws CliError what `preflight` throws; CONFIG_CONFLICT for an address that this machine does not have or a server without HTTP/2
 */
export async function checkPlaces({ config, transportTarget, timeoutMs, surroundings }: PlacesInput): Promise<void> {
  await Promise.all((config.connections?.localAddresses ?? []).map(refuseForeignAddress));
  for (const target of config.targets ?? []) {
    if (target === config.target) continue;
    const endpoint = createEndpoint(target, config, surroundings);
    const fetchText = createEndpointFetch(endpoint, undefined);
    await preflight({ endpoint, config, fetchText, timeoutMs });
    if (config.connections?.http === '2') await refuseHttp1(endpoint.transportTarget);
  }
  if (config.connections?.http === '2') await refuseHttp1(transportTarget);
}

async function refuseForeignAddress(address: string): Promise<void> {
  const server = createServer();
  const bound = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(0, address, () => resolve(undefined));
  });
  server.close();
  if (bound === undefined) return;
  throw new CliError('CONFIG_CONFLICT', `--local-address ${address} cannot be used: ${bound.message}`, {
    hint: 'it is an address of this machine; on Linux every 127.x.y.z is one, for targets on 127.0.0.1',
  });
}

/** Without HTTP/2 all requests would queue on one connection, and the queue would be measured. */
async function refuseHttp1({ origin, tls, connectTimeoutMs }: TransportTarget): Promise<void> {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  const { isVerified = true, ...files } = tls ?? {};
  const protocol = await new Promise<string | false | null>((resolve, reject) => {
    const port = Number(origin.port === '' ? 443 : origin.port);
    const options = { host, port, ...files, rejectUnauthorized: isVerified, ALPNProtocols: ['h2', 'http/1.1'] };
    const socket = connect(options, () => {
      resolve(socket.alpnProtocol);
      socket.destroy();
    });
    socket.setTimeout(connectTimeoutMs, () => socket.destroy(new Error('no answer to the handshake')));
    socket.once('error', reject);
  });
  if (protocol === 'h2') return;
  throw new CliError('CONFIG_CONFLICT', `${origin.origin} does not speak HTTP/2`, {
    hint: 'leave --http out: HTTP/1.1 over one connection for each request in flight',
  });
}
