import type { LookAhead, PlannedRequest } from './look-ahead.ts';
import type { LoopPorts } from './open-loop.ts';

export interface SessionLoopOptions {
  readonly ports: LoopPorts;
  /** Conversations under way at once. */
  readonly concurrency: number;
  /** The time at which the first conversations begin. */
  readonly startAtMs: number;
  /** Requests that stand alone, before the conversations. */
  readonly warmup: { readonly lookAhead: LookAhead; readonly untilMs: number } | undefined;
  /** Where conversation n lies among the requests. */
  sessionAt(session: number): { readonly firstIndex: number; readonly turns: number };
  prepareAt(index: number): PlannedRequest;
  /** First index that is not sent; infinite where only time bounds the run. A conversation that reaches beyond ends early. */
  readonly indexLimit: number;
  /** Requests below that limit. */
  readonly count: number;
  /** No request is handed over at or after this time past the start of the measurement. */
  readonly durationMs: number;
  send(planned: PlannedRequest, dueAtMs: number): void;
  /** The first conversation is about to begin. */
  onMeasureStart(atMs: number): void;
  onDone(): void;
}

export interface RunningSessionLoop {
  /** A request ended: its conversation goes on after the think time, or the next one begins. */
  release(atMs: number, planned: PlannedRequest): void;
  /** Adds one conversation under way. */
  addSeat(atMs: number): void;
  /** Whether there are conversations left to begin. */
  readonly hasWork: boolean;
  stop(): void;
}

/** A conversation under way. */
interface Walk {
  nextIndex: number;
  readonly endIndex: number;
  /** The next turn, encoded while the one before is answered. */
  prepared: PlannedRequest | undefined;
}

/** A Node timer may fire a millisecond late, so the last stretch before a deadline is polled. */
const POLL_BEFORE_MS = 1.5;
/** Waits are cut into pieces, so that a stopped run leaves no timer behind that keeps the process alive. */
const MAX_WAIT_MS = 250;

/**
 * Keeps `concurrency` conversations under way. A turn is due when the answer before it has ended and the think time is over; a turn
 * that failed is followed by the next one all the same, so that what is offered does not depend on the answers.
 */
export function startSessionLoop(options: SessionLoopOptions): RunningSessionLoop {
  const loop = new SessionLoop(options);
  loop.begin();
  return loop;
}

class SessionLoop implements RunningSessionLoop {
  readonly #options: SessionLoopOptions;
  readonly #walks = new Map<number, Walk>();
  #nextSession = 0;
  #sent = 0;
  #isStopped = false;
  #hasBegun = false;
  #hasMeasureStarted = false;
  #stopAtMs = Number.POSITIVE_INFINITY;

  constructor(options: SessionLoopOptions) {
    this.#options = options;
  }

  begin(): void {
    const { startAtMs, concurrency } = this.#options;
    this.#waitUntil(startAtMs, () => {
      this.#hasBegun = true;
      for (let seat = 0; seat < concurrency; seat++) this.#takeSeat(startAtMs);
    });
  }

  release(atMs: number, planned: PlannedRequest): void {
    const walk = planned.phase === 'measure' ? this.#walks.get(planned.index) : undefined;
    if (walk === undefined) {
      this.#takeSeat(atMs);
      return;
    }
    this.#walks.delete(planned.index);
    if (walk.nextIndex >= walk.endIndex) {
      this.#takeSeat(atMs);
      return;
    }
    const next = this.#prepareNext(walk);
    const dueAtMs = atMs + (next.sample.session?.thinkTimeMs ?? 0);
    this.#waitUntil(dueAtMs, () => this.#sendTurn(walk, dueAtMs));
  }

  get hasWork(): boolean {
    const { sessionAt, indexLimit } = this.#options;
    return this.#hasBegun && !this.#isStopped && sessionAt(this.#nextSession).firstIndex < indexLimit;
  }

  addSeat(atMs: number): void {
    this.#takeSeat(atMs);
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#options.onDone();
  }

  #takeSeat(freeAtMs: number): void {
    if (this.#isStopped) return;
    const { ports, warmup, indexLimit } = this.#options;
    const nowMs = ports.clock.nowMs();
    if (!this.#hasMeasureStarted && warmup !== undefined && nowMs < warmup.untilMs) {
      const planned = warmup.lookAhead.take();
      if (planned !== undefined) {
        this.#options.send(planned, freeAtMs);
        return;
      }
    }
    this.#startMeasuring(nowMs);
    const { firstIndex, turns } = this.#options.sessionAt(this.#nextSession);
    if (firstIndex >= indexLimit) return;
    this.#nextSession++;
    const endIndex = Math.min(firstIndex + turns, indexLimit);
    this.#sendTurn({ nextIndex: firstIndex, endIndex, prepared: undefined }, freeAtMs);
  }

  #startMeasuring(nowMs: number): void {
    if (this.#hasMeasureStarted) return;
    this.#hasMeasureStarted = true;
    this.#stopAtMs = nowMs + this.#options.durationMs;
    this.#options.onMeasureStart(nowMs);
    if (Number.isFinite(this.#stopAtMs)) this.#waitUntil(this.#stopAtMs, () => this.stop());
  }

  #sendTurn(walk: Walk, dueAtMs: number): void {
    const { ports, send, count } = this.#options;
    if (this.#isStopped) return;
    if (ports.clock.nowMs() >= this.#stopAtMs) {
      this.stop();
      return;
    }
    const planned = this.#prepareNext(walk);
    walk.nextIndex++;
    walk.prepared = undefined;
    this.#walks.set(planned.index, walk);
    this.#sent++;
    send(planned, dueAtMs);
    if (this.#sent >= count) this.stop();
    else if (walk.nextIndex < walk.endIndex) ports.pacer.soon(() => this.#prepareNext(walk));
  }

  #prepareNext(walk: Walk): PlannedRequest {
    if (walk.prepared === undefined || walk.prepared.index !== walk.nextIndex) {
      walk.prepared = this.#options.prepareAt(walk.nextIndex);
    }
    return walk.prepared;
  }

  #waitUntil(atMs: number, run: () => void): void {
    if (this.#isStopped) return;
    const { clock, timer, pacer } = this.#options.ports;
    const leftMs = atMs - clock.nowMs();
    const again = (): void => this.#waitUntil(atMs, run);
    if (leftMs <= 0) run();
    else if (leftMs > POLL_BEFORE_MS + 0.5) timer.after(Math.min(leftMs - POLL_BEFORE_MS, MAX_WAIT_MS), again);
    else pacer.soon(again);
  }
}
