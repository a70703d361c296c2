import type { Clock, Timer } from '@assay/timebase';
import { DueWait } from './due-wait.ts';
import type { LookAhead, PlannedRequest } from './look-ahead.ts';
import type { Pacer } from './pacer.ts';

export interface LoopPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly pacer: Pacer;
}

/** One stretch of an open loop: requests of one phase with their due times on the monotonic clock. */
export interface OpenSegment {
  readonly phase: 'warmup' | 'measure';
  readonly count: number;
  readonly lookAhead: LookAhead;
  dueAtMs(index: number): number;
}

export interface OpenLoopOptions {
  readonly ports: LoopPorts;
  readonly segments: readonly OpenSegment[];
  send(planned: PlannedRequest, dueAtMs: number): void;
  /** Called once, when the last request was handed over or the loop was stopped. */
  onDone(): void;
}

export interface RunningLoop {
  /** Stops handing over requests. */
  stop(): void;
  /** Time spent polling for the next deadline with nothing else to do. */
  readonly pollingMs: number;
}

const MAX_SENDS_PER_TURN = 32;
const MAX_PREPARED_PER_TURN = 2;
const SLACK_TO_PREPARE_MS = 0.3;

/**
 * Hands requests over at absolute times, whatever the answers do. A late turn sends everything that is due, so lateness
 * never accumulates; long batches yield to pending reads in between.
 */
export function startOpenLoop(options: OpenLoopOptions): RunningLoop {
  const { clock, pacer } = options.ports;
  let isStopped = false;
  let segmentAt = 0;
  let prepareCostMs = 0;
  const wait = new DueWait(options.ports, turn);

  function current(): OpenSegment | undefined {
    let segment = options.segments[segmentAt];
    while (segment !== undefined && segment.lookAhead.nextIndex >= segment.count) {
      segmentAt++;
      segment = options.segments[segmentAt];
    }
    return segment;
  }

  function finish(): void {
    if (isStopped) return;
    isStopped = true;
    options.onDone();
  }

  /** Sends what is due; returns the next deadline, or `undefined` when all are sent. */
  function sendDue(): number | undefined {
    for (let sends = 0; ; sends++) {
      const segment = current();
      if (segment === undefined) return undefined;
      const dueAtMs = segment.dueAtMs(segment.lookAhead.nextIndex);
      if (sends >= MAX_SENDS_PER_TURN || clock.nowMs() < dueAtMs) return dueAtMs;
      const planned = segment.lookAhead.take();
      if (planned !== undefined) options.send(planned, dueAtMs);
      if (isStopped) return undefined;
    }
  }

  function prepare(nextDueMs: number): boolean {
    let isFull = true;
    let prepared = 0;
    for (let at = segmentAt; at < Math.min(segmentAt + 2, options.segments.length); at++) {
      const lookAhead = options.segments[at]?.lookAhead;
      while (lookAhead !== undefined && !lookAhead.isFull) {
        const startMs = clock.nowMs();
        if (prepared >= MAX_PREPARED_PER_TURN || nextDueMs - startMs < SLACK_TO_PREPARE_MS + prepareCostMs) {
          isFull = false;
          break;
        }
        lookAhead.fillOne();
        prepareCostMs = Math.max(clock.nowMs() - startMs, 0.95 * prepareCostMs);
        prepared++;
      }
    }
    return isFull;
  }

  function turn(): void {
    if (isStopped) return;
    wait.onTurn(clock.nowMs());
    const nextDueMs = sendDue();
    if (nextDueMs === undefined) {
      finish();
      return;
    }
    const isFull = prepare(nextDueMs);
    wait.until(nextDueMs, !isFull);
  }

  pacer.soon(turn);
  return {
    stop: finish,
    get pollingMs() {
      return wait.pollingMs;
    },
  };
}
