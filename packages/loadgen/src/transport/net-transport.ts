import type { OnReadOpts } from 'node:net';
import type { Clock } from '@assay/timebase';
import type { ReadDelays } from '../client-error/read-delays.ts';
import { ConnectLimits } from './connect-limits.ts';
import { type ConnectOutcome, ConnectQueue, type QueuePlace, type Wanted } from './connect-queue.ts';
import type { ConnectionOwner } from './net-connection.ts';
import { NetConnection } from './net-connection.ts';
import type { SocketOpener } from './open-socket.ts';
import { createSocketOpener } from './open-socket.ts';
import { ReadQueue } from './read-queue.ts';
import { toRequestBytes } from './request-bytes.ts';
import type { ShortResource } from './shortage.ts';
import type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Transport,
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
  /** `per-request` opens a connection for each request and asks the server to close it after the answer. Default `keep-alive`. */
  readonly connections?: 'keep-alive' | 'per-request';
  /** Pace of connects and what the machine is short of, shared with the other transports of a load. */
  readonly limits?: ConnectLimits | undefined;
  /** Connects to this address of the target instead of resolving its name. */
  readonly address?: string | undefined;
  /** Addresses of this machine that connections come from, in turn: each has ports of its own. All are of one family. */
  readonly localAddresses?: readonly string[] | undefined;
  /** Is told when a connection could not be opened. */
  readonly onConnectFailure?: (() => void) | undefined;
}

/** No server's idle limit is this short: it ends connections after each answer. */
const EARLY_CLOSE_MS = 500;
/** Connections opened instead of unproven ones at most, so that a fast server does not use up the ports meanwhile. */
const MAX_OPENED_UNPROVEN = 64;
/** A server that let this many ends in a row pass leaves them to the client: it is not waited for any more. */
const MAX_MISSED_ENDS = 8;
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
  readonly #reuseProofMs: number;
  readonly #isPerRequest: boolean;
  readonly #limits: ConnectLimits;
  readonly #queue: ConnectQueue<NetConnection>;
  readonly #onConnectFailure: (() => void) | undefined;
  readonly #readBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  readonly #all: Set<NetConnection> = new Set();
  readonly #idle: NetConnection[] = [];
  /** Open after their last answer until the server closes them as it said. */
  readonly #ending: Set<NetConnection> = new Set();
  /** How many ends in a row did not come in time. */
  #missedEnds = 0;
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
    this.#opener = createSocketOpener(target, {
      nowMs: this.nowMs,
      address: options.address,
      localAddresses: options.localAddresses,
    });
    this.#maxIdleMs = options.maxIdleMs ?? 4_000;
    this.#maxUnusedIdleMs = options.maxUnusedIdleMs ?? 30_000;
    this.#reuseProofMs = options.reuseProofMs ?? 0;
    this.#isPerRequest = options.connections === 'per-request';
    this.#onConnectFailure = options.onConnectFailure;
    this.#limits = options.limits ?? new ConnectLimits();
    this.#limits.register(this.#spare);
    this.#queue = new ConnectQueue({
      nowMs: this.nowMs,
      limits: this.#limits,
      maxConnecting: options.maxConnecting ?? 128,
      open: (outcome) => this.#open(outcome),
    });
  }

  get connections(): ConnectionCounts {
    return { opened: this.#opened, reused: this.#reused, failed: this.#failed, ...this.#limits.tally.counts };
  }

  get inFlight(): number {
    return this.#all.size - this.#idle.length - this.#ending.size + this.#queue.requests;
  }

  prepare(request: PreparedRequest['encoded']): PreparedRequest {
    return { encoded: request, bytes: toRequestBytes(request, this.#host, this.#isPerRequest) };
  }

  send(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    const connection = this.#takeIdle(this.#queue.isShort);
    if (connection === undefined) return this.#sendOnNew(request, handler);
    if (connection.isUsed) this.#reused += 1;
    return connection.send(request, handler);
  }

  preconnect(count: number): Promise<number> {
    let missing = Math.max(0, count - this.#idle.length);
    if (missing === 0) return Promise.resolve(this.#idle.length);
    return new Promise((resolve) => {
      const places: QueuePlace[] = [];
      const settle = (): void => {
        missing -= 1;
        if (missing === 0) resolve(this.#idle.length);
      };
      const wanted: Wanted<NetConnection> = {
        isRequest: false,
        onConnection: (connection) => {
          this.release(connection);
          settle();
        },
        onFailure: () => {
          // One failure tells enough about a server that is not there: what has not begun is not tried.
          missing -= places.filter((place) => place.giveUpWaiting()).length;
          settle();
        },
      };
      for (let index = missing; index > 0; index -= 1) places.push(this.#queue.add(wanted));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#limits.unregister(this.#spare);
    this.#queue.close();
    for (const connection of this.#all) connection.close();
    this.#idle.length = 0;
  }

  release(connection: NetConnection): void {
    if (this.#isClosed || (connection.isUsed && this.#reuse === 'off')) connection.close();
    else if (connection.isUsed && this.#isPerRequest) connection.awaitEnd();
    else if (!this.#mayHandOver(connection) || !this.#queue.handOver(connection)) this.#idle.push(connection);
  }

  /** Whether a request that is held back may have it: as long as nothing is short, the server is to prove first that it keeps connections. */
  #mayHandOver({ isUsed }: NetConnection): boolean {
    if (this.#queue.requests === 0) return false;
    return !isUsed || this.#reuse === 'on' || this.#reuseProofMs === 0 || this.#queue.isShort;
  }

  awaitEnd(connection: NetConnection): boolean {
    if (this.#isClosed || this.#missedEnds >= MAX_MISSED_ENDS) return false;
    this.#ending.add(connection);
    return true;
  }

  missEnd(connection: NetConnection): void {
    this.#ending.delete(connection);
    this.#missedEnds += 1;
  }

  forget(connection: NetConnection): void {
    this.#all.delete(connection);
    if (this.#ending.delete(connection)) this.#missedEnds = 0;
    const idleAt = this.#idle.indexOf(connection);
    if (idleAt >= 0) this.#idle.splice(idleAt, 1);
    this.#judgeClose(connection, idleAt >= 0);
    this.#queue.wake();
  }

  #judgeClose(connection: NetConnection, isIdle: boolean): void {
    // llama.cpp answers a stream with `Keep-Alive` and closes a moment later; a request sent into that gap would be lost by
    // our choice of connection, not by the service.
    if (this.#isClosed || !connection.isUsed) return;
    const idleMs = isIdle ? this.nowMs() - connection.idleSinceMs : connection.lostAfterIdleMs;
    if (idleMs !== undefined && idleMs < EARLY_CLOSE_MS) this.#reuse = 'off';
  }

  /** `isUrgent`: one that has not proved itself is better than none. */
  #takeIdle(isUrgent: boolean): NetConnection | undefined {
    const nowMs = this.nowMs();
    const onProbation: NetConnection[] = [];
    let taken: NetConnection | undefined;
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      const verdict = this.#judgeIdle(connection, nowMs);
      if (verdict === 'take' || (verdict === 'wait' && isUrgent)) {
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
    const place = this.#queue.add({
      isRequest: true,
      onConnection: (connection, connectMs, beganAtMs) => {
        if (connectMs !== undefined) handler.onConnect(connectMs, beganAtMs);
        else if (connection.isUsed) this.#reused += 1;
        exchange = connection.send(request, handler);
      },
      onFailure: (code, message) => handler.onFailure(code, message, this.nowMs(), false),
    });
    return {
      get isHeld() {
        return place.isHeld;
      },
      abort: () => {
        if (exchange === undefined) place.giveUp();
        else exchange.abort();
      },
    };
  }

  /** Something is short here or at a transport beside this one: what can be spared is closed, what is idle serves those who wait. */
  readonly #spare = (of: ShortResource): void => {
    const [ending] = this.#ending;
    if (of === 'files' && ending !== undefined) ending.close();
    if (this.#queue.isShort && this.#queue.requests > 0) {
      const idle = this.#takeIdle(true);
      if (idle !== undefined && !this.#queue.handOver(idle)) this.#idle.push(idle);
    } else if (of === 'files' && ending === undefined) {
      this.#idle.shift()?.close();
    }
  };

  #open(outcome: ConnectOutcome<NetConnection>): () => void {
    const connection = new NetConnection(this);
    const onread: OnReadOpts = {
      buffer: this.#readBuffer,
      callback: (length, bytes) => connection.onRead(length, bytes),
    };
    return this.#opener.open(onread, {
      onOpen: (socket, connectMs) => {
        this.#opened += 1;
        this.#all.add(connection);
        connection.idleSinceMs = this.nowMs();
        connection.attach(socket);
        outcome.onOpen(connection, connectMs);
      },
      onShortage: (of, message) => outcome.onShortage(of, message),
      onFailure: (code, message) => {
        this.#failed += 1;
        outcome.onFailure(code, message);
        this.#onConnectFailure?.();
      },
    });
  }
}
