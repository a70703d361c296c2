import type { Socket } from 'node:net';
import type { Clock } from '@assay/timebase';
import type { Dispatcher } from 'undici';
import { buildConnector, Client, ProxyAgent } from 'undici';
import type { EncodedRequest } from '../backend/backend.ts';
import { ConnectLimits } from './connect-limits.ts';
import { toRequestBytes } from './request-bytes.ts';
import { type ShortResource, shortageOf } from './shortage.ts';
import { tlsOptionsOf } from './tls-options.ts';
import type {
  ConnectionCounts,
  Exchange,
  ExchangeHandler,
  PreparedRequest,
  Transport,
  TransportTarget,
} from './transport.ts';
import { UndiciExchange } from './undici-exchange.ts';

export interface UndiciTransportOptions {
  readonly clock: Clock;
  /** Speaks HTTP/2 over TLS, up to 100 exchanges on a connection. The server has to take it: with HTTP/1.1 they would queue there. */
  readonly isHttp2Allowed?: boolean;
  /** URL of an HTTP proxy; connections are opened by its agent then, and cannot be timed or opened ahead. */
  readonly proxy?: URL;
  /** As in the net transport. Default 4,000 ms. */
  readonly maxIdleMs?: number;
  /** Counts what was short; no pace is kept. */
  readonly limits?: ConnectLimits | undefined;
}

/** One HTTP/1.1 connection: a client of its own, because undici's pool searches its clients one by one. */
interface UndiciSlot {
  readonly dispatcher: Dispatcher;
  exchange: UndiciExchange | undefined;
  /** The present connection has carried an exchange. */
  hasCarried: boolean;
  /** Exchanges on it that are not over. */
  streams: number;
}

/** Exchanges on one HTTP/2 connection: the fewest a server should allow (RFC 9113 §6.5.2), so that none queues behind the others unseen. */
const STREAMS_PER_CONNECTION = 100;
/** Time until a missing port or descriptor is tried for again. */
const SHORT_PAUSE_MS = 20;

/** The second transport: HTTP/2 and proxies, through undici's `dispatch`. It costs about three times the CPU of the net transport. */
export function createUndiciTransport(target: TransportTarget, options: UndiciTransportOptions): Transport {
  return new UndiciTransport(target, options);
}

class UndiciTransport implements Transport {
  readonly name = 'undici';
  readonly #target: TransportTarget;
  readonly #options: UndiciTransportOptions;
  readonly #connector: buildConnector.connector;
  readonly #proxy: UndiciSlot | undefined;
  /** HTTP/2 connections. */
  readonly #multiplexed: UndiciSlot[] = [];
  readonly #isHttp2: boolean;
  readonly #idle: UndiciSlot[] = [];
  readonly #slots: Set<UndiciSlot> = new Set();
  readonly #ready: Socket[] = [];
  readonly #limits: ConnectLimits;
  #inFlight = 0;
  #isClosed = false;
  #opened = 0;
  #reused = 0;
  #failed = 0;

  constructor(target: TransportTarget, options: UndiciTransportOptions) {
    this.#target = target;
    this.#options = options;
    this.#limits = options.limits ?? new ConnectLimits();
    this.#isHttp2 = options.isHttp2Allowed === true && options.proxy === undefined;
    this.#connector = buildConnector({
      timeout: target.connectTimeoutMs,
      ...tlsOptionsOf(target),
      allowH2: options.isHttp2Allowed === true,
    });
    if (options.proxy !== undefined) {
      const agent = new ProxyAgent({
        ...this.#timeouts(),
        uri: options.proxy.href,
        requestTls: tlsOptionsOf(target),
        proxyTls: tlsOptionsOf(target),
        connectTimeout: target.connectTimeoutMs,
      });
      this.#proxy = { dispatcher: agent, exchange: undefined, hasCarried: false, streams: 0 };
    }
  }

  get connections(): ConnectionCounts {
    return { opened: this.#opened, reused: this.#reused, failed: this.#failed, ...this.#limits.tally.counts };
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  prepare(request: EncodedRequest): PreparedRequest {
    // Both transports refuse the same requests.
    toRequestBytes(request, this.#target.origin.host);
    return { encoded: request, bytes: undefined };
  }

  /** Opens sockets and hands them to the first clients that connect. Nothing is opened ahead with a proxy. */
  async preconnect(count: number): Promise<number> {
    if (this.#proxy !== undefined) return 0;
    const each = this.#isHttp2 ? STREAMS_PER_CONNECTION : 1;
    let missing = Math.ceil(count / each) - this.#idle.length - this.#ready.length;
    let hasFailed = false;
    const openSome = async (): Promise<void> => {
      while (missing > 0 && !hasFailed) {
        missing -= 1;
        const socket = await new Promise<Socket | undefined>((resolve) => {
          this.#connector(this.#address(), (error, opened) => resolve(error === null ? (opened as Socket) : undefined));
        });
        if (socket === undefined) {
          hasFailed = true;
          this.#failed += 1;
        } else {
          this.#opened += 1;
          socket.on('error', () => socket.destroy());
          this.#ready.push(socket);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(128, Math.max(0, missing)) }, openSome));
    const standing = (this.#idle.length + this.#ready.length) * each;
    return this.#isHttp2 ? Math.min(count, standing) : standing;
  }

  send(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    const slot = this.#takeSlot();
    slot.streams += 1;
    const isTls = this.#target.origin.protocol === 'https:';
    const hadCarried = slot.hasCarried;
    const exchange = new UndiciExchange(handler, {
      nowMs: () => this.#options.clock.nowMs(),
      isTls,
      isOnUsedConnection: hadCarried,
      onOver: () => {
        if (hadCarried && !exchange.hasConnected) this.#reused += 1;
        slot.hasCarried = true;
        this.#inFlight -= 1;
        slot.streams -= 1;
        this.#release(slot);
      },
    });
    slot.exchange = exchange;
    this.#inFlight += 1;
    const { method, path, headers, body } = request.encoded;
    slot.dispatcher.dispatch(
      {
        origin: this.#target.origin.origin,
        method,
        path,
        headers: { ...headers },
        body: body ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    );
    return exchange;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const socket of this.#ready.splice(0)) socket.destroy();
    const slots = this.#proxy === undefined ? [...this.#slots] : [this.#proxy];
    this.#idle.length = 0;
    await Promise.all(slots.map((slot) => slot.dispatcher.destroy()));
  }

  #release(slot: UndiciSlot): void {
    if (slot === this.#proxy || this.#isHttp2) return;
    slot.exchange = undefined;
    this.#idle.push(slot);
  }

  #takeSlot(): UndiciSlot {
    if (this.#proxy !== undefined) return this.#proxy;
    if (!this.#isHttp2) return this.#idle.pop() ?? this.#createSlot();
    const free = this.#multiplexed.find(({ streams }) => streams < STREAMS_PER_CONNECTION);
    if (free !== undefined) return free;
    const slot = this.#createSlot();
    this.#multiplexed.push(slot);
    return slot;
  }

  #createSlot(): UndiciSlot {
    const client = new Client(this.#target.origin.origin, {
      ...this.#timeouts(),
      pipelining: this.#isHttp2 ? STREAMS_PER_CONNECTION : 1,
      allowH2: this.#isHttp2,
      ...(this.#isHttp2 ? { maxConcurrentStreams: STREAMS_PER_CONNECTION } : {}),
      connect: (options, callback) => this.#connect(options, callback, slot),
    });
    const slot: UndiciSlot = { dispatcher: client, exchange: undefined, hasCarried: false, streams: 0 };
    this.#slots.add(slot);
    return slot;
  }

  #connect(options: buildConnector.Options, callback: buildConnector.Callback, slot: UndiciSlot): void {
    slot.hasCarried = false;
    for (let socket = this.#ready.pop(); socket !== undefined; socket = this.#ready.pop()) {
      if (socket.destroyed || socket.readableEnded) continue;
      const opened = socket;
      // undici expects the answer after its call has returned.
      queueMicrotask(() => callback(null, opened));
      return;
    }
    this.#attempt(options, callback, slot);
  }

  /** `short`: what the attempts before have waited for since when. What this machine lacks is no failure of the server. */
  #attempt(
    options: buildConnector.Options,
    callback: buildConnector.Callback,
    slot: UndiciSlot,
    short?: { readonly of: ShortResource; readonly sinceMs: number },
  ): void {
    const { clock } = this.#options;
    const beganAtMs = clock.nowMs();
    this.#connector(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      const of = error === null || this.#isClosed ? undefined : shortageOf(error, this.#opened > 0);
      if (slot.exchange !== undefined) slot.exchange.isHeld = of !== undefined;
      if (of !== undefined) {
        const since = short ?? { of, sinceMs: beganAtMs };
        setTimeout(() => this.#attempt(options, callback, slot, since), SHORT_PAUSE_MS);
        return;
      }
      if (short !== undefined) this.#limits.tally.add(short.of, beganAtMs - short.sinceMs);
      if (error !== null) {
        this.#failed += 1;
        callback(error, null);
        return;
      }
      this.#opened += 1;
      slot.exchange?.onConnected(clock.nowMs() - beganAtMs);
      callback(null, socket);
    });
  }

  #address(): buildConnector.Options {
    const { hostname, host, protocol, port } = this.#target.origin;
    return { hostname: hostname.replace(/^\[|\]$/g, ''), host, protocol, port };
  }

  #timeouts(): Client.Options {
    return {
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: this.#options.maxIdleMs ?? 4_000,
      keepAliveMaxTimeout: this.#options.maxIdleMs ?? 4_000,
    };
  }
}
