import type { LookAhead, PlannedRequest } from './look-ahead.ts';
import type { LoopPorts } from './open-loop.ts';

export interface ClosedLoopOptions {
  readonly ports: LoopPorts;
  readonly concurrency: number;
  /** The time at which the first permits are free. */
  readonly startAtMs: number;
  readonly warmup: { readonly lookAhead: LookAhead; readonly untilMs: number } | undefined;
  readonly measure: LookAhead;
  /** No request is handed over at or after this time past the start of the measurement; infinite when a count bounds the run. */
  readonly durationMs: number;
  send(planned: PlannedRequest, dueAtMs: number): void;
  /** The first measured permit is about to be used. */
  onMeasureStart(atMs: number): void;
  onDone(): void;
}

export interface RunningClosedLoop {
  /** Gives back one permit; the next request is due at this moment. */
  release(atMs: number): void;
  /** Adds one permit. */
  addSeat(atMs: number): void;
  /** Whether there are requests left for another permit. */
  readonly hasWork: boolean;
  stop(): void;
}

const MAX_PREPARED_PER_TURN = 2;
/** Longest time without a look at the sockets while the first requests are sent. */
const SLICE_MS = 0.25;
/** Waits are cut into pieces, so that a stopped run leaves no timer behind that keeps the process alive. */
const MAX_WAIT_MS = 250;

/**
 * Keeps exactly `concurrency` requests under way. A permit is one slot of a counter that only `release` refills, so there
 * are never more, and never fewer while work is left.
 */
export function startClosedLoop(options: ClosedLoopOptions): RunningClosedLoop {
  const { ports, warmup, measure } = options;
  let isStopped = false;
  let hasMeasureStarted = false;
  let stopAtMs = Number.POSITIVE_INFINITY;
  let isFilling = false;
  let hasBegun = false;

  function finish(): void {
    if (isStopped) return;
    isStopped = true;
    options.onDone();
  }

  function lookAheadAt(nowMs: number): LookAhead {
    if (hasMeasureStarted) return measure;
    const isWarmup = warmup !== undefined && nowMs < warmup.untilMs && !warmup.lookAhead.isExhausted;
    if (isWarmup) return warmup.lookAhead;
    hasMeasureStarted = true;
    stopAtMs = nowMs + options.durationMs;
    options.onMeasureStart(nowMs);
    if (Number.isFinite(stopAtMs)) checkEnd();
    return measure;
  }

  function checkEnd(): void {
    const leftMs = stopAtMs - ports.clock.nowMs();
    if (leftMs <= 0) finish();
    else if (!isStopped) ports.timer.after(Math.min(leftMs, MAX_WAIT_MS), checkEnd);
  }

  function usePermit(freeAtMs: number): void {
    if (isStopped) return;
    const lookAhead = lookAheadAt(ports.clock.nowMs());
    if (ports.clock.nowMs() >= stopAtMs) {
      finish();
      return;
    }
    const planned = lookAhead.take();
    if (planned !== undefined) options.send(planned, freeAtMs);
    if (measure.isExhausted) finish();
    else refillSoon(lookAhead);
  }

  function refillSoon(lookAhead: LookAhead): void {
    if (isFilling || lookAhead.isFull) return;
    isFilling = true;
    ports.pacer.soon(() => {
      isFilling = false;
      if (isStopped) return;
      for (let prepared = 0; prepared < MAX_PREPARED_PER_TURN && lookAhead.fillOne(); prepared++);
      refillSoon(lookAhead);
    });
  }

  function begin(): void {
    if (isStopped) return;
    const leftMs = options.startAtMs - ports.clock.nowMs();
    if (leftMs > 2) {
      ports.timer.after(Math.min(leftMs - 1.5, MAX_WAIT_MS), begin);
    } else if (leftMs > 0) {
      ports.pacer.soon(begin);
    } else {
      hasBegun = true;
      useFirstPermits(options.concurrency);
    }
  }

  /** In slices, between which the answers to the first requests are read: all at once, they would wait for the last request to be sent. */
  function useFirstPermits(count: number): void {
    const untilMs = ports.clock.nowMs() + SLICE_MS;
    let left = count;
    while (left > 0) {
      left -= 1;
      usePermit(options.startAtMs);
      if (ports.clock.nowMs() >= untilMs) break;
    }
    if (left > 0 && !isStopped) ports.pacer.soon(() => useFirstPermits(left));
  }

  begin();
  return {
    release: usePermit,
    addSeat: usePermit,
    get hasWork() {
      return !isStopped && hasBegun && !measure.isExhausted;
    },
    stop: finish,
  };
}
