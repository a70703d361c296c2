import type { Clock, Timer } from '@assay/timebase';
import { AlarmLead } from './alarm-lead.ts';
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

/** A Node timer may fire a millisecond late, so the last stretch before a deadline is polled. */
const POLL_BEFORE_MS = 1.5;
const MIN_TIMER_MS = 1;
/** Shorter waits are polled. */
const MIN_ALARM_MS = 0.25;
/** Waits are cut into pieces, so that a stopped run leaves no timer behind that keeps the process alive. */
const MAX_WAIT_MS = 250;
const MAX_SENDS_PER_TURN = 32;
const MAX_PREPARED_PER_TURN = 2;
const SLACK_TO_PREPARE_MS = 0.3;
/** Two polls closer than this had nothing between them: the turn was idle. */
const IDLE_TURN_MS = 0.03;

/**
 * Hands requests over at absolute times, whatever the answers do. A late turn sends everything that is due, so lateness
 * never accumulates; long batches yield to pending reads in between.
 */
export function startOpenLoop(options: OpenLoopOptions): RunningLoop {
  const { clock, timer, pacer } = options.ports;
  let isStopped = false;
  let pollingMs = 0;
  let lastPollEndMs = Number.NEGATIVE_INFINITY;
  let segmentAt = 0;
  let prepareCostMs = 0;
  const lead = new AlarmLead();

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
    const startMs = clock.nowMs();
    if (startMs - lastPollEndMs < IDLE_TURN_MS) pollingMs += startMs - lastPollEndMs;
    const nextDueMs = sendDue();
    if (nextDueMs === undefined) {
      finish();
      return;
    }
    const isFull = prepare(nextDueMs);
    const nowMs = clock.nowMs();
    const waitMs = nextDueMs - nowMs - POLL_BEFORE_MS;
    const alarmAtMs = Math.min(nextDueMs - lead.leadMs, nowMs + MAX_WAIT_MS);
    if (isFull && pacer.at !== undefined && alarmAtMs - nowMs >= MIN_ALARM_MS) {
      lastPollEndMs = Number.NEGATIVE_INFINITY;
      pacer.at(alarmAtMs, () => {
        lead.observe(clock.nowMs() - alarmAtMs);
        turn();
      });
    } else if (isFull && waitMs >= MIN_TIMER_MS) {
      lastPollEndMs = Number.NEGATIVE_INFINITY;
      timer.after(Math.min(waitMs, MAX_WAIT_MS), turn);
    } else {
      lastPollEndMs = nowMs;
      pacer.soon(turn);
    }
  }

  pacer.soon(turn);
  return {
    stop: finish,
    get pollingMs() {
      return pollingMs;
    },
  };
}
