import type { OnReadOpts } from 'node:net';
import type { Clock } from '@assay/timebase';
import type { ReadDelays } from '../client-error/read-delays.ts';
import type { ConnectionOwner } from './net-connection.ts';
import { NetConnection } from './net-connection.ts';
import type { SocketOpener } from './open-socket.ts';
import { createSocketOpener } from './open-socket.ts';
import { ReadQueue } from './read-queue.ts';
import { toRequestBytes } from './request-bytes.ts';
import type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Transport,
  TransportFailureCode,
  TransportTarget,
} from './transport.ts';

export interface NetTransportOptions {
  readonly clock: Clock;
  /** An idle connection older than this is closed instead of used: uvicorn drops it after 5 s. Default 4,000 ms. */
  readonly maxIdleMs?: number;
  /** The same for a connection that has carried nothing yet, where servers wait longer. Default 30,000 ms. */
  readonly maxUnusedIdleMs?: number;
  /** Connections being opened at once; a larger burst overruns accept queues. Default 128. */
  readonly maxConnecting?: number;
  /**
   * Until a used connection has stayed open this long, none is used again: llama.cpp promises to keep connections and closes
   * them after each stream. Default 0: the promise is trusted.
   */
  readonly reuseProofMs?: number;
  /** Is told of each read. */
  readonly readDelays?: ReadDelays | undefined;
}

interface Waiting {
  readonly onOpen: (connection: NetConnection, connectMs: number) => void;
  readonly onFailure: (code: TransportFailureCode, message: string) => void;
  isGivenUp: boolean;
  cancel: (() => void) | undefined;
}

/** No server's idle limit is this short: it ends connections after each answer. */
const EARLY_CLOSE_MS = 500;
/** Connections opened instead of unproven ones at most, so that a fast server does not use up the ports meanwhile. */
const MAX_OPENED_UNPROVEN = 64;
/** Size of the read buffer. All sockets share it, because every read is handled before the next one starts. */
const READ_BUFFER_BYTES = 64 * 1024;

/**
 * The hot path: one `node:net` or `node:tls` socket per exchange in flight, HTTP/1.1 with keep-alive, no copy of what is
 * read. Idle connections are used last in, first out, so that those beyond the need grow old and are closed.
 */
export function createNetTransport(target: TransportTarget, options: NetTransportOptions): Transport {
  return new NetTransport(target, options);
}

class NetTransport implements Transport, ConnectionOwner {
  readonly name = 'net';
  readonly nowMs: () => number;
  readonly reads: ReadQueue;
  readonly #host: string;
  readonly #opener: SocketOpener;
  readonly #maxIdleMs: number;
  readonly #maxUnusedIdleMs: number;
  readonly #maxConnecting: number;
  readonly #reuseProofMs: number;
  readonly #readBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  readonly #all: Set<NetConnection> = new Set();
  readonly #idle: NetConnection[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #connecting: Set<Waiting> = new Set();
  #isClosed = false;
  /** `off`: the server was seen to close connections right after answers that promised to keep them; none is used twice. */
  #reuse: 'unproven' | 'on' | 'off' = 'unproven';
  #openedUnproven = 0;
  #opened = 0;
  #reused = 0;
  #failed = 0;

  constructor(target: TransportTarget, options: NetTransportOptions) {
    const { clock } = options;
    this.nowMs = () => clock.nowMs();
    this.reads = new ReadQueue(this.nowMs, options.readDelays);
    this.#host = target.origin.host;
    this.#opener = createSocketOpener(target, this.nowMs);
    this.#maxIdleMs = options.maxIdleMs ?? 4_000;
    this.#maxUnusedIdleMs = options.maxUnusedIdleMs ?? 30_000;
    this.#maxConnecting = options.maxConnecting ?? 128;
    this.#reuseProofMs = options.reuseProofMs ?? 0;
  }

  get connections(): ConnectionCounts {
    return { opened: this.#opened, reused: this.#reused, failed: this.#failed };
  }

  prepare(request: PreparedRequest['encoded']): PreparedRequest {
    return { encoded: request, bytes: toRequestBytes(request, this.#host) };
  }

  send(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    const connection = this.#takeIdle();
    if (connection === undefined) return this.#sendOnNew(request, handler);
    if (connection.isUsed) this.#reused += 1;
    return connection.send(request, handler);
  }

  preconnect(count: number): Promise<number> {
    let missing = Math.max(0, count - this.#idle.length);
    if (missing === 0) return Promise.resolve(this.#idle.length);
    return new Promise((resolve) => {
      const mine: Waiting[] = [];
      const settle = (): void => {
        missing -= 1;
        if (missing === 0) resolve(this.#idle.length);
      };
      const onOpen = (connection: NetConnection): void => {
        this.release(connection);
        settle();
      };
      const onFailure = (): void => {
        // One failure tells enough about a server that is not there: what has not begun is not tried.
        for (const waiting of mine) {
          if (waiting.cancel !== undefined || waiting.isGivenUp) continue;
          waiting.isGivenUp = true;
          settle();
        }
        settle();
      };
      for (let index = missing; index > 0; index -= 1)
        mine.push({ onOpen, onFailure, isGivenUp: false, cancel: undefined });
      for (const waiting of [...mine]) this.#enqueue(waiting);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.onFailure('CONNECT_FAILED', 'the transport was closed');
    for (const waiting of this.#connecting) waiting.cancel?.();
    this.#connecting.clear();
    for (const connection of this.#all) connection.close();
    this.#idle.length = 0;
  }

  release(connection: NetConnection): void {
    if (this.#isClosed || (this.#reuse === 'off' && connection.isUsed)) connection.close();
    else this.#idle.push(connection);
  }

  forget(connection: NetConnection): void {
    this.#all.delete(connection);
    // llama.cpp answers a stream with `Keep-Alive` and closes a moment later; a request sent into that gap would be lost by
    // our choice of connection, not by the service.
    if (this.#isClosed || !connection.isUsed) return;
    const isIdle = this.#idle.includes(connection);
    const idleMs = isIdle ? this.nowMs() - connection.idleSinceMs : connection.lostAfterIdleMs;
    if (idleMs !== undefined && idleMs < EARLY_CLOSE_MS) this.#reuse = 'off';
  }

  #takeIdle(): NetConnection | undefined {
    const nowMs = this.nowMs();
    const onProbation: NetConnection[] = [];
    let taken: NetConnection | undefined;
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      const verdict = this.#judgeIdle(connection, nowMs);
      if (verdict === 'take') {
        taken = connection;
        break;
      }
      if (verdict === 'wait') onProbation.push(connection);
      else if (connection.isOpen) connection.close();
    }
    if (onProbation.length > 0) {
      this.#idle.push(...onProbation.reverse());
      if (taken === undefined) this.#openedUnproven += 1;
    }
    return taken;
  }

  /** `wait`: it came back a moment ago, and it is not known yet whether this server keeps connections. */
  #judgeIdle(connection: NetConnection, nowMs: number): 'take' | 'wait' | 'close' {
    if (!connection.isOpen) return 'close';
    const idleMs = nowMs - connection.idleSinceMs;
    if (!connection.isUsed) return idleMs <= this.#maxUnusedIdleMs ? 'take' : 'close';
    if (this.#reuse === 'off' || idleMs > this.#maxIdleMs) return 'close';
    if (idleMs >= this.#reuseProofMs) this.#reuse = 'on';
    if (this.#reuse === 'on' || this.#openedUnproven >= MAX_OPENED_UNPROVEN) return 'take';
    return 'wait';
  }

  #sendOnNew(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    let exchange: Exchange | undefined;
    const waiting: Waiting = {
      onOpen: (connection, connectMs) => {
        if (waiting.isGivenUp) {
          this.release(connection);
          return;
        }
        handler.onConnect(connectMs);
        exchange = connection.send(request, handler);
      },
      onFailure: (code, message) => handler.onFailure(code, message, this.nowMs(), false),
      isGivenUp: false,
      cancel: undefined,
    };
    this.#enqueue(waiting);
    return {
      abort: () => {
        waiting.isGivenUp = true;
        if (exchange === undefined) this.#giveUp(waiting);
        else exchange.abort();
      },
    };
  }

  #giveUp(waiting: Waiting): void {
    waiting.cancel?.();
    if (this.#connecting.delete(waiting)) this.#openNext();
  }

  #enqueue(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#openNext();
  }

  #openNext(): void {
    while (this.#connecting.size < this.#maxConnecting) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      if (!waiting.isGivenUp) this.#open(waiting);
    }
  }

  #open(waiting: Waiting): void {
    const connection = new NetConnection(this);
    const onread: OnReadOpts = {
      buffer: this.#readBuffer,
      callback: (length, bytes) => connection.onRead(length, bytes),
    };
    this.#connecting.add(waiting);
    waiting.cancel = this.#opener.open(onread, {
      onOpen: (socket, connectMs) => {
        this.#connecting.delete(waiting);
        this.#opened += 1;
        this.#all.add(connection);
        connection.idleSinceMs = this.nowMs();
        connection.attach(socket);
        waiting.onOpen(connection, connectMs);
        this.#openNext();
      },
      onFailure: (code, message) => {
        this.#connecting.delete(waiting);
        this.#failed += 1;
        waiting.onFailure(code, message);
        this.#openNext();
      },
    });
  }
}
