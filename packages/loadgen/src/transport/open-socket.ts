import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction, OnReadOpts, Socket } from 'node:net';
import { connect as connectTcp, isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { tlsOptionsOf } from './tls-options.ts';
import type { TransportFailureCode, TransportTarget } from './transport.ts';

export interface SocketOpening {
  onOpen(socket: Socket, connectMs: number): void;
  onFailure(code: TransportFailureCode, message: string): void;
}

/** Opens TCP or TLS connections to one target. */
export interface SocketOpener {
  /** Starts one connection; returns a function that gives it up without a further call. */
  open(onread: OnReadOpts, opening: SocketOpening): () => void;
}

/** No local port is free: the client's own limit, so it waits for one instead of blaming the server. */
const PORT_SHORTAGE_CODE = 'EADDRNOTAVAIL';
const PORT_SHORTAGE_WAIT_MS = 20;

/** Creates an opener. Names are resolved once per opener: a resolver call per connection would be measured as connect time. */
export function createSocketOpener(target: TransportTarget, nowMs: () => number): SocketOpener {
  const isTls = target.origin.protocol === 'https:';
  const host = target.origin.hostname.replace(/^\[|\]$/g, '');
  const address = {
    host,
    port: Number(target.origin.port === '' ? (isTls ? 443 : 80) : target.origin.port),
    ...(isIP(host) === 0 ? { lookup: createCachedLookup() } : {}),
  };
  const tlsOptions = {
    ALPNProtocols: ['http/1.1'],
    ...tlsOptionsOf(target),
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  const start = (onread: OnReadOpts): Socket => {
    if (!isTls) return connectTcp({ ...address, onread });
    const options: ConnectionOptions & { readonly onread: OnReadOpts } = { ...address, ...tlsOptions, onread };
    return process.getBuiltinModule('tls').connect(options);
  };
  return {
    open: (onread, opening) =>
      openOnce(() => start(onread), { isTls, timeoutMs: target.connectTimeoutMs, nowMs }, opening),
  };
}

/** @internal One connection by `start`, which is called again as long as local ports are short. */
export function openOnce(
  start: () => Socket,
  options: { readonly isTls: boolean; readonly timeoutMs: number; readonly nowMs: () => number },
  opening: SocketOpening,
): () => void {
  const { isTls, timeoutMs, nowMs } = options;
  const beganAtMs = nowMs();
  let socket: Socket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
    clearTimeout(retry);
    clearTimeout(deadline);
  };
  const fail = (code: TransportFailureCode, message: string): void => {
    settle();
    socket?.destroy();
    opening.onFailure(code, message);
  };
  const attempt = (): void => {
    const attemptedAtMs = nowMs();
    let hasTcp = false;
    const candidate = start();
    socket = candidate;
    candidate.once('connect', () => {
      hasTcp = true;
    });
    const onError = (error: NodeJS.ErrnoException): void => {
      if (isSettled) return;
      if (error.code === PORT_SHORTAGE_CODE) retry = setTimeout(attempt, PORT_SHORTAGE_WAIT_MS);
      else fail(toConnectFailure(error, isTls && hasTcp), describe(error));
    };
    candidate.once('error', onError);
    candidate.once(isTls ? 'secureConnect' : 'connect', () => {
      if (isSettled) return;
      settle();
      candidate.off('error', onError);
      candidate.setNoDelay(true);
      opening.onOpen(candidate, nowMs() - attemptedAtMs);
    });
  };
  const deadline = setTimeout(() => {
    fail('CONNECT_TIMEOUT', `no connection within ${Math.round(nowMs() - beganAtMs)} ms`);
  }, timeoutMs);
  attempt();
  return () => {
    if (isSettled) return;
    settle();
    socket?.on('error', () => undefined);
    socket?.destroy();
  };
}

function toConnectFailure(error: NodeJS.ErrnoException, isHandshake: boolean): TransportFailureCode {
  if (isHandshake) return 'TLS_FAILED';
  if (error.code === 'ECONNREFUSED') return 'CONNECT_REFUSED';
  // A peer that dies while connections wait to be accepted resets them.
  if (error.code === 'ECONNRESET') return 'SOCKET_RESET';
  return error.code === 'ETIMEDOUT' ? 'CONNECT_TIMEOUT' : 'CONNECT_FAILED';
}

function describe(error: NodeJS.ErrnoException): string {
  // The AggregateError of several addresses has an empty message.
  const message = error.message === '' ? 'every address of the host failed' : error.message;
  return error.code === undefined || message.includes(error.code) ? message : `${error.code}: ${message}`;
}

function createCachedLookup(): LookupFunction {
  let known: readonly LookupAddress[] | undefined;
  return (hostname, options, callback) => {
    const answer = (addresses: readonly LookupAddress[]): void => {
      const [first] = addresses;
      if (options.all === true || first === undefined) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    };
    if (known !== undefined) {
      const addresses = known;
      setImmediate(() => answer(addresses));
      return;
    }
    lookup(hostname, { all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      known = addresses;
      answer(addresses);
    });
  };
}
