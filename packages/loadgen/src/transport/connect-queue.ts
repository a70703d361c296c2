import type { ConnectLimits } from './connect-limits.ts';
import type { ShortResource } from './shortage.ts';
import type { TransportFailureCode } from './transport.ts';

/** What one attempt of opening a connection comes to. */
export interface ConnectOutcome<Connection> {
  onOpen(connection: Connection, connectMs: number): void;
  onShortage(of: ShortResource, message: string): void;
  onFailure(code: TransportFailureCode, message: string): void;
}

/** Somebody who wants a connection. */
export interface Wanted<Connection> {
  /** A request waits for what the machine is short of; a connection that is opened ahead of the load does not. */
  readonly isRequest: boolean;
  /** `connectMs` is absent for a connection that became free meanwhile, `beganAtMs` where opening began at once. */
  onConnection(connection: Connection, connectMs?: number, beganAtMs?: number): void;
  onFailure(code: TransportFailureCode, message: string): void;
}

export interface ConnectQueueOptions<Connection> {
  readonly nowMs: () => number;
  readonly limits: ConnectLimits;
  /** Connections being opened at once. */
  readonly maxConnecting: number;
  /** Starts one connection; returns a function that gives it up without a further call. */
  readonly open: (outcome: ConnectOutcome<Connection>) => () => void;
}

interface Entry<Connection> {
  readonly wanted: Wanted<Connection>;
  hasWaited: boolean;
  short: ShortResource | undefined;
  shortSinceMs: number;
  /** When the last attempt began. */
  beganAtMs: number | undefined;
  /** Gives the attempt up; absent before it begins. */
  cancel: (() => void) | undefined;
  state: 'waiting' | 'connecting' | 'over';
}

/** A place in the queue. */
export interface QueuePlace {
  /** It waits for this machine: for its turn at the pace of connects, for a port or for a descriptor. No server is to blame for that. */
  readonly isHeld: boolean;
  giveUp(): void;
  /** Gives up unless opening has begun; tells whether it did. */
  giveUpWaiting(): boolean;
}

/** Time until a missing port or descriptor is tried for again, unless something is freed before. */
const SHORT_PAUSE_MS = 20;

/**
 * Opens connections in the order they were asked for: at most `maxConnecting` at once, not faster than the pace. What the machine is short of is
 * waited for: the first in the queue tries again, the others wait behind it.
 */
export class ConnectQueue<Connection> {
  readonly #options: ConnectQueueOptions<Connection>;
  readonly #waiting: Entry<Connection>[] = [];
  readonly #connecting: Set<Entry<Connection>> = new Set();
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #short: ShortResource | undefined;
  #timer: NodeJS.Timeout | undefined;
  #requests = 0;

  constructor(options: ConnectQueueOptions<Connection>) {
    this.#options = options;
  }

  /** Requests that wait for a connection. */
  get requests(): number {
    return this.#requests;
  }

  get isShort(): boolean {
    return this.#short !== undefined;
  }

  add(wanted: Wanted<Connection>): QueuePlace {
    const entry: Entry<Connection> = {
      wanted,
      hasWaited: false,
      short: this.#short,
      shortSinceMs: this.#short === undefined ? 0 : this.#options.nowMs(),
      beganAtMs: undefined,
      cancel: undefined,
      state: 'waiting',
    };
    if (wanted.isRequest) this.#requests += 1;
    this.#waiting.push(entry);
    this.#openNext();
    if (entry.state === 'waiting') entry.hasWaited = true;
    const isHeld = (): boolean => entry.state === 'waiting' && this.#isHolding();
    return {
      get isHeld() {
        return isHeld();
      },
      giveUp: () => this.#giveUp(entry),
      giveUpWaiting: () => {
        if (entry.state !== 'waiting') return false;
        this.#giveUp(entry);
        return true;
      },
    };
  }

  /** Hands a connection that became free to the first request held back, if there is one. */
  handOver(connection: Connection): boolean {
    if (this.#waiting.length === 0 || !this.#isHolding()) return false;
    const at = this.#waiting.findIndex(({ wanted }) => wanted.isRequest);
    const [entry] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (entry === undefined) return false;
    this.#end(entry);
    entry.wanted.onConnection(connection);
    return true;
  }

  /** Something was freed: what is short may be there now. */
  wake(): void {
    if (this.#short === undefined || this.#waiting.length === 0) return;
    this.#pausedUntilMs = Number.NEGATIVE_INFINITY;
    this.#openNext();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const entry of this.#waiting.splice(0)) {
      this.#end(entry);
      entry.wanted.onFailure('CONNECT_FAILED', 'the transport was closed');
    }
    for (const entry of this.#connecting) {
      entry.cancel?.();
      this.#end(entry);
    }
    this.#connecting.clear();
  }

  #giveUp(entry: Entry<Connection>): void {
    if (entry.state === 'over') return;
    entry.cancel?.();
    const wasConnecting = this.#connecting.delete(entry);
    if (!wasConnecting) this.#waiting.splice(this.#waiting.indexOf(entry), 1);
    this.#end(entry);
    if (wasConnecting) this.#openNext();
  }

  #isHolding(): boolean {
    if (this.#connecting.size >= this.#options.maxConnecting) return false;
    const nowMs = this.#options.nowMs();
    return this.#short !== undefined || nowMs < this.#pausedUntilMs || this.#paceWaitMs(nowMs) > 0;
  }

  #paceWaitMs(nowMs: number): number {
    return this.#options.limits.pace?.waitMs(nowMs) ?? 0;
  }

  #openNext(): void {
    const { nowMs, limits, maxConnecting } = this.#options;
    while (this.#waiting.length > 0 && this.#connecting.size < maxConnecting) {
      const atMs = nowMs();
      const waitMs = Math.max(this.#pausedUntilMs - atMs, this.#paceWaitMs(atMs));
      if (waitMs > 0) {
        this.#openLater(waitMs);
        return;
      }
      limits.pace?.take(atMs);
      this.#begin(this.#waiting.shift() as Entry<Connection>, atMs);
      // While something is short, one attempt at a time finds out whether it still is.
      if (this.#short !== undefined) return;
    }
  }

  #openLater(waitMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#openNext();
    }, waitMs);
  }

  #begin(entry: Entry<Connection>, beganAtMs: number): void {
    entry.state = 'connecting';
    entry.beganAtMs = beganAtMs;
    this.#connecting.add(entry);
    entry.cancel = this.#options.open({
      onOpen: (connection, connectMs) => {
        this.#connecting.delete(entry);
        this.#end(entry);
        this.#short = undefined;
        entry.wanted.onConnection(connection, connectMs, entry.hasWaited ? beganAtMs : undefined);
        this.#openNext();
      },
      onShortage: (of, message) => this.#onShortage(entry, of, message),
      onFailure: (code, message) => {
        this.#connecting.delete(entry);
        this.#end(entry);
        this.#short = undefined;
        entry.wanted.onFailure(code, message);
        this.#openNext();
      },
    });
  }

  #onShortage(entry: Entry<Connection>, of: ShortResource, message: string): void {
    const nowMs = this.#options.nowMs();
    this.#connecting.delete(entry);
    entry.cancel = undefined;
    entry.beganAtMs = undefined;
    this.#short = of;
    this.#pausedUntilMs = nowMs + SHORT_PAUSE_MS;
    if (entry.wanted.isRequest) {
      entry.state = 'waiting';
      entry.hasWaited = true;
      this.#waiting.unshift(entry);
    } else {
      this.#end(entry);
      entry.wanted.onFailure('CONNECT_FAILED', message);
    }
    for (const waiting of this.#waiting) {
      if (waiting.short !== undefined) continue;
      waiting.short = of;
      waiting.shortSinceMs = nowMs;
    }
    this.#options.limits.askToSpare(of);
    this.#openNext();
  }

  #end(entry: Entry<Connection>): void {
    entry.state = 'over';
    if (!entry.wanted.isRequest) return;
    this.#requests -= 1;
    if (entry.short === undefined || !entry.hasWaited) return;
    const untilMs = entry.beganAtMs ?? this.#options.nowMs();
    this.#options.limits.tally.add(entry.short, untilMs - entry.shortSinceMs);
  }
}
