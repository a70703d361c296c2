import type { RunConfig } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import { burstOffsets } from './burst.ts';
import { constantOffsets } from './constant.ts';
import { diurnalOffsets } from './diurnal.ts';
import { createGapOffsets } from './gap-offsets.ts';
import { mmppOffsets } from './mmpp.ts';
import { rampOffsets } from './ramp.ts';
import type { SessionSchedule } from './session-schedule.ts';
import { traceOffsets } from './trace.ts';
import { readTrace } from './trace-file.ts';

export type LoadShape = RunConfig['load'];

/** Offset of request `index` in milliseconds since the schedule's start; infinite beyond the end of a finite schedule. */
export type OffsetAt = (index: number) => number;

export interface ScheduleBounds {
  readonly requests: number | undefined;
  readonly durationMs: number | undefined;
}

/** Requests are due at absolute times that do not depend on answers. */
export interface OpenSchedule {
  readonly kind: 'open';
  readonly count: number;
  /** Pure: the same for any worker that asks for it, in any order. */
  offsetMsAt(index: number): number;
  /** When the schedule is over: its duration, or the moment the request after the last one would be due. */
  readonly endMs: number;
  /** The duration that bounds it; `undefined` when only a count does. */
  readonly durationMs: number | undefined;
  /** Mean rate over the schedule. */
  readonly ratePerSecond: number;
}

/** A request is due when one of `concurrency` permits is free. */
export interface ClosedSchedule {
  readonly kind: 'closed';
  readonly concurrency: number;
  readonly count: number | undefined;
  readonly durationMs: number | undefined;
}

export type Schedule = OpenSchedule | ClosedSchedule | SessionSchedule;

/** What the times of a schedule make begin: its requests, or its conversations. */
export function arrivalsOf(schedule: OpenSchedule | SessionSchedule): OpenSchedule {
  return schedule.kind === 'open' ? schedule : schedule.starts;
}

const HINT_BOUND = 'give --requests, --duration, or both';

function assertPositive(value: number, name: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new LoadgenError('SCHEDULE_INVALID', `${name} must be greater than 0, got ${value}`);
  }
}

/**
 * Schedule of a load shape: a pure function of (load, seed, index).
 * @param streamName Name of the random stream, so that warm-up arrivals differ from measured ones.
 * @throws LoadgenError SCHEDULE_INVALID, TRACE_UNREADABLE, TRACE_INVALID
 */
export function createSchedule(
  load: LoadShape,
  seed: number,
  bounds: ScheduleBounds,
  streamName: string = 'arrivals',
): OpenSchedule | ClosedSchedule {
  if (bounds.requests !== undefined) assertPositive(bounds.requests, 'requests');
  if (bounds.durationMs !== undefined) assertPositive(bounds.durationMs, 'durationMs');
  if (load.kind === 'trace') {
    assertPositive(load.timeScale, 'timeScale');
    const trace = traceOffsets(
      readTrace(load.file).map((row) => row.offsetMs),
      load.timeScale,
    );
    return openSchedule(trace.offsetMsAt, bounds, trace);
  }
  if (bounds.requests === undefined && bounds.durationMs === undefined) {
    throw new LoadgenError('SCHEDULE_INVALID', 'neither a number of requests nor a duration', { hint: HINT_BOUND });
  }
  if (load.kind === 'concurrency') {
    assertPositive(load.concurrency, 'concurrency');
    return { kind: 'closed', concurrency: load.concurrency, count: bounds.requests, durationMs: bounds.durationMs };
  }
  return openSchedule(offsetsOf(load, seed, streamName), bounds);
}

function offsetsOf(
  load: Exclude<LoadShape, { kind: 'trace' } | { kind: 'concurrency' }>,
  seed: number,
  streamName: string,
): OffsetAt {
  switch (load.kind) {
    case 'constant':
      assertPositive(load.ratePerSecond, 'rate');
      return constantOffsets(load.ratePerSecond);
    case 'poisson': {
      assertPositive(load.ratePerSecond, 'rate');
      const stream = createRandom(seed).stream(streamName);
      const meanGapMs = 1000 / load.ratePerSecond;
      return createGapOffsets((index) => stream.exponentialAt(index) * meanGapMs);
    }
    case 'gamma': {
      assertPositive(load.ratePerSecond, 'rate');
      assertPositive(load.shape, 'gamma shape');
      const stream = createRandom(seed).stream(streamName);
      const scaleMs = 1000 / (load.ratePerSecond * load.shape);
      return createGapOffsets((index) => stream.gammaAt(index, load.shape) * scaleMs);
    }
    case 'ramp':
      assertPositive(load.rampMs, 'ramp duration');
      assertPositive(load.toRatePerSecond, 'ramp end rate');
      return rampOffsets(load.fromRatePerSecond, load.toRatePerSecond, load.rampMs);
    case 'burst':
      return burstOffsets(load);
    case 'mmpp': {
      const random = createRandom(seed);
      return mmppOffsets(load, unitOffsets(seed, streamName), random.stream(`${streamName}-states`));
    }
    case 'diurnal':
      return diurnalOffsets(load, unitOffsets(seed, streamName));
  }
}

/** Arrivals of a Poisson process of rate 1. */
function unitOffsets(seed: number, streamName: string): OffsetAt {
  const stream = createRandom(seed).stream(streamName);
  return createGapOffsets((index) => stream.exponentialAt(index));
}

interface FiniteTrace {
  readonly count: number;
  readonly endMs: number;
}

function openSchedule(offsetMsAt: OffsetAt, bounds: ScheduleBounds, trace?: FiniteTrace): OpenSchedule {
  let count = Math.min(bounds.requests ?? Number.POSITIVE_INFINITY, trace?.count ?? Number.POSITIVE_INFINITY);
  if (bounds.durationMs !== undefined) count = Math.min(count, countBefore(offsetMsAt, bounds.durationMs, count));
  const isDurationBound = bounds.durationMs !== undefined && count !== bounds.requests && count !== trace?.count;
  const next = offsetMsAt(count);
  const endMs = isDurationBound ? (bounds.durationMs ?? 0) : Number.isFinite(next) ? next : (trace?.endMs ?? 0);
  const ratePerSecond = endMs > 0 ? (count * 1000) / endMs : 0;
  const durationMs = isDurationBound ? bounds.durationMs : undefined;
  return { kind: 'open', count, offsetMsAt, endMs, durationMs, ratePerSecond };
}

/** Number of offsets strictly before `durationMs`; offsets never decrease, so doubling and bisection find it. */
function countBefore(offsetMsAt: OffsetAt, durationMs: number, limit: number): number {
  let high = 1;
  while (high < limit && offsetMsAt(high - 1) < durationMs) high *= 2;
  let low = 0;
  high = Math.min(high, limit);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMsAt(middle) < durationMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
