import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import type { LookupFunction, OnReadOpts, Socket, TcpSocketConnectOpts } from 'node:net';
import { connect as connectTcp, isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { type ShortResource, shortageOf } from './shortage.ts';
import { tlsOptionsOf } from './tls-options.ts';
import type { TransportFailureCode, TransportTarget } from './transport.ts';

interface SocketOpening {
  onOpen(socket: Socket, connectMs: number): void;
  /** This machine has run out of something; the connection may be tried again later. */
  onShortage(of: ShortResource, message: string): void;
  onFailure(code: TransportFailureCode, message: string): void;
}

/** Opens TCP or TLS connections to one target. */
export interface SocketOpener {
  /** Starts one connection; returns a function that gives it up without a further call. */
  open(onread: OnReadOpts, opening: SocketOpening): () => void;
}

export interface OpenerOptions {
  readonly nowMs: () => number;
  /** Connects there instead of resolving the target's name. */
  readonly address?: string | undefined;
  /** Addresses of this machine that connections come from, in turn; all of one family. */
  readonly localAddresses?: readonly string[] | undefined;
}

/** Creates an opener. Names are resolved once per opener: a resolver call per connection would be measured as connect time. */
export function createSocketOpener(target: TransportTarget, options: OpenerOptions): SocketOpener {
  const { nowMs, localAddresses = [] } = options;
  const isTls = target.origin.protocol === 'https:';
  const name = target.origin.hostname.replace(/^\[|\]$/g, '');
  const host = options.address ?? name;
  const family = isIP(localAddresses[0] ?? '');
  const address = {
    host,
    port: Number(target.origin.port === '' ? (isTls ? 443 : 80) : target.origin.port),
    ...(isIP(host) === 0 ? { lookup: createCachedLookup() } : {}),
    ...(family === 0 ? {} : { family }),
  };
  const tlsOptions = {
    ALPNProtocols: ['http/1.1'],
    ...tlsOptionsOf(target),
    ...(isIP(name) === 0 ? { servername: name } : {}),
  };
  let next = 0;
  const start = (onread: OnReadOpts): Socket => {
    const localAddress = localAddresses[next];
    next = localAddresses.length === 0 ? 0 : (next + 1) % localAddresses.length;
    const from: TcpSocketConnectOpts = { ...address, ...(localAddress === undefined ? {} : { localAddress }) };
    if (!isTls) return connectTcp({ ...from, onread });
    const tls: ConnectionOptions & { readonly onread: OnReadOpts } = { ...from, ...tlsOptions, onread };
    return process.getBuiltinModule('tls').connect(tls);
  };
  let hasConnected = false;
  return {
    open: (onread, opening) => {
      let isGivenUp = false;
      let cancel = (): void => undefined;
      // Each local address has ports of its own: a shortage is one of all of them.
      const attempt = (left: number): void => {
        cancel = openOnce(
          () => start(onread),
          { isTls, timeoutMs: target.connectTimeoutMs, nowMs, hasConnected },
          {
            onOpen: (socket, connectMs) => {
              hasConnected = true;
              opening.onOpen(socket, connectMs);
            },
            onShortage: (of, message) => {
              if (isGivenUp) return;
              if (of === 'ports' && left > 1) attempt(left - 1);
              else opening.onShortage(of, message);
            },
            onFailure: opening.onFailure,
          },
        );
      };
      attempt(Math.max(1, localAddresses.length));
      return () => {
        isGivenUp = true;
        cancel();
      };
    },
  };
}

interface OnceOptions {
  readonly isTls: boolean;
  readonly timeoutMs: number;
  readonly nowMs: () => number;
  readonly hasConnected: boolean;
}

function openOnce(start: () => Socket, options: OnceOptions, opening: SocketOpening): () => void {
  const { isTls, timeoutMs, nowMs, hasConnected } = options;
  const beganAtMs = nowMs();
  const socket = start();
  let hasTcp = false;
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
    clearTimeout(deadline);
  };
  const onError = (error: NodeJS.ErrnoException): void => {
    if (isSettled) return;
    settle();
    socket.destroy();
    const short = hasTcp ? undefined : shortageOf(error, hasConnected);
    if (short !== undefined) opening.onShortage(short, describe(error));
    else opening.onFailure(toConnectFailure(error, isTls && hasTcp), describe(error));
  };
  socket.once('connect', () => {
    hasTcp = true;
  });
  socket.once('error', onError);
  socket.once(isTls ? 'secureConnect' : 'connect', () => {
    if (isSettled) return;
    settle();
    socket.off('error', onError);
    socket.setNoDelay(true);
    opening.onOpen(socket, nowMs() - beganAtMs);
  });
  const giveUp = (): void => {
    settle();
    socket.on('error', () => undefined);
    socket.destroy();
  };
  const deadline = setTimeout(() => {
    giveUp();
    opening.onFailure('CONNECT_TIMEOUT', `no connection within ${Math.round(nowMs() - beganAtMs)} ms`);
  }, timeoutMs);
  return () => {
    if (!isSettled) giveUp();
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
    const answer = (all: readonly LookupAddress[]): void => {
      const family = options.family === 4 || options.family === 6 ? options.family : undefined;
      const addresses = family === undefined ? all : all.filter((each) => each.family === family);
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
