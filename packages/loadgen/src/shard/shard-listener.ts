import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Timer } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import { judgeJoin, readJoin } from './introduction.ts';
import type { ShardLink } from './link.ts';
import { LINK_IDENTITY, LINK_TLS, linkKeyOf } from './link-secret.ts';
import { type Liveness, MessageSocket } from './message-socket.ts';
import { linkTo } from './remote-link.ts';

export interface ListenOptions extends Liveness {
  /** Address to listen on. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** What workers have to know; at least 16 characters. */
  readonly token: string;
  readonly count: number;
  readonly timer: Timer;
  /** Told of each worker that has come. */
  readonly onJoined?: (place: { readonly index: number; readonly host: string }) => void;
  /** Told of each connection that was turned away, with the address it came from. */
  readonly onRefused?: (address: string, reason: string) => void;
}

export interface AcceptOptions {
  /** How long all workers together may take, ms. */
  readonly withinMs: number;
  /** Gives up before; its reason is what is thrown. */
  readonly signal?: AbortSignal;
}

/** How long a stranger may take to say who it is, ms. */
const INTRODUCE_WITHIN_MS = 5000;
/** Connections beside those of the workers: some are on their way out. */
const SPARE_CONNECTIONS = 16;

/**
 * The coordinator's side of a load over several machines: waits for one worker for each place.
 * @throws LoadgenError LINK_TOKEN_INVALID, LINK_LISTEN_FAILED
 */
export async function listenForShards(options: ListenOptions): Promise<ShardListener> {
  const key = linkKeyOf(options.token);
  const server = createServer({
    ...LINK_TLS,
    handshakeTimeout: INTRODUCE_WITHIN_MS,
    pskCallback: (_socket, identity) => (identity === LINK_IDENTITY ? key : null),
  });
  server.maxConnections = 2 * options.count + SPARE_CONNECTIONS;
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LoadgenError('LINK_LISTEN_FAILED', `cannot wait for workers on ${options.host}:${options.port}: ${why}`, {
      cause,
      hint: 'choose an address of this machine and a free port',
    });
  }
  return new ShardListener(server, options);
}

export class ShardListener {
  readonly port: number;
  readonly #server: Server;
  readonly #options: ListenOptions;
  readonly #places: (ShardLink | undefined)[];
  #isBegun = false;
  #onFull: () => void = () => undefined;

  /** @internal */
  constructor(server: Server, options: ListenOptions) {
    this.#server = server;
    this.#options = options;
    this.#places = Array.from({ length: options.count }, () => undefined);
    const address = server.address();
    this.port = typeof address === 'object' && address !== null ? address.port : options.port;
    server.on('secureConnection', (socket) => this.#introduce(socket));
    server.on('tlsClientError', (error, socket) => {
      const isStranger = (error as NodeJS.ErrnoException).code === 'ERR_SSL_BINDER_DOES_NOT_VERIFY';
      this.#refuse(socket.remoteAddress, isStranger ? 'it has another token' : error.message);
    });
  }

  /**
   * One link for each place, in their order. A worker that goes before all have come leaves its place to another; those that come later are told that
   * the load has begun.
   * @throws LoadgenError WORKER_START_FAILED when some are missing in the end; the signal's reason
   */
  async accept({ withinMs, signal }: AcceptOptions): Promise<ShardLink[]> {
    await new Promise<void>((resolve, reject) => {
      signal?.throwIfAborted();
      const missed = (): void => {
        const places = this.#missing();
        const which = places.length === 1 ? `worker ${places[0]} has` : `workers ${places.join(', ')} have`;
        reject(
          new LoadgenError('WORKER_START_FAILED', `${which} not joined within ${Math.round(withinMs / 1000)} s`, {
            hint: 'can they reach the address, and have they the same token?',
            details: { missing: places },
          }),
        );
      };
      const forget = this.#options.timer.after(withinMs, missed);
      signal?.addEventListener('abort', () => {
        forget();
        reject(signal.reason);
      });
      this.#onFull = () => {
        forget();
        resolve();
      };
      this.#lookIfFull();
    });
    this.#isBegun = true;
    return this.#places.filter((link) => link !== undefined);
  }

  /** Ends all connections; links that were given out are closed as well. */
  async close(): Promise<void> {
    this.#server.close();
    await Promise.all(this.#places.map((link) => link?.close()));
  }

  #missing(): number[] {
    return this.#places.flatMap((link, index) => (link === undefined ? [index] : []));
  }

  #lookIfFull(): void {
    if (this.#missing().length === 0) this.#onFull();
  }

  #introduce(socket: TLSSocket): void {
    const { timer } = this.#options;
    const channel = new MessageSocket(socket, timer, this.#options);
    const address = socket.remoteAddress;
    const forget = timer.after(INTRODUCE_WITHIN_MS, () => {
      this.#refuse(address, 'it did not say who it is');
      channel.destroy();
    });
    channel.onGone(forget);
    channel.onMessage((message) => {
      forget();
      channel.onMessage(undefined);
      this.#admit(channel, message, address);
    });
  }

  #admit(channel: MessageSocket, message: object, address: string | undefined): void {
    const join = readJoin(message);
    if (join === undefined) {
      this.#refuse(address, 'it sent something else than its name');
      channel.destroy();
      return;
    }
    const isTaken = (index: number): boolean => this.#places[index] !== undefined;
    const verdict = this.#isBegun
      ? ({ type: 'denied', code: 'LOAD_BEGUN', message: 'the load has begun without it' } as const)
      : judgeJoin(join, { count: this.#options.count, isTaken });
    channel.send(verdict);
    if (verdict.type === 'denied') {
      this.#refuse(address, `worker ${join.index} of ${join.host}: ${verdict.message}`);
      channel.end();
      return;
    }
    channel.trust();
    const link = linkTo(channel, join.host, this.#options.timer);
    this.#places[join.index] = link;
    link.onGone(() => {
      if (!this.#isBegun) this.#places[join.index] = undefined;
    });
    this.#options.onJoined?.(join);
    this.#lookIfFull();
  }

  #refuse(address: string | undefined, reason: string): void {
    this.#options.onRefused?.(address ?? 'unknown address', reason);
  }
}
