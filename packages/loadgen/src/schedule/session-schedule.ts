import type { PromptSource } from '../prompt/prompt-source.ts';
import { createSchedule, type LoadShape, type OpenSchedule, type Schedule, type ScheduleBounds } from './schedule.ts';

type SessionAt = NonNullable<PromptSource['sessionAt']>;

/**
 * Conversations begin at absolute times that do not depend on answers; each later turn of one is due when the answer before it has ended and its
 * think time is over.
 */
export interface SessionSchedule {
  readonly kind: 'sessions';
  /** When conversation n begins. */
  readonly starts: OpenSchedule;
  /** Requests below this index are turns of these conversations; the last one may be cut there. */
  readonly indexLimit: number;
  /** Requests in all; `undefined` where time may cut turns. */
  readonly count: number | undefined;
  readonly durationMs: number | undefined;
  /** Mean rate of requests where as many conversations end as begin. */
  readonly ratePerSecond: number;
}

export interface LoadPlan {
  readonly load: LoadShape;
  readonly seed: number;
  /** Turns of conversations are requests of their own, due by the schedule whatever the answers do; absent with no conversations. */
  readonly sessions?: 'whole' | 'split' | undefined;
}

/**
 * Schedule of a load and its prompts: of conversations where an open loop keeps them whole, else of requests.
 * @throws LoadgenError SCHEDULE_INVALID, TRACE_UNREADABLE, TRACE_INVALID
 */
export function planSchedule(
  { load, seed, sessions }: LoadPlan,
  bounds: ScheduleBounds,
  { sessionAt }: Pick<PromptSource, 'sessionAt'>,
): Schedule {
  if (sessions !== 'whole' || sessionAt === undefined) return createSchedule(load, seed, bounds);
  const needed = bounds.requests === undefined ? undefined : sessionsBelow(bounds.requests, sessionAt);
  const starts = createSchedule(load, seed, { ...bounds, requests: needed });
  return starts.kind === 'open' ? sessionSchedule(starts, bounds, sessionAt) : starts;
}

function sessionSchedule(starts: OpenSchedule, bounds: ScheduleBounds, sessionAt: SessionAt): SessionSchedule {
  const { requests = Number.POSITIVE_INFINITY, durationMs } = bounds;
  const turns = sessionAt(starts.count).firstIndex;
  const indexLimit = Math.min(requests, turns);
  return {
    kind: 'sessions',
    starts,
    indexLimit,
    count: durationMs === undefined ? indexLimit : undefined,
    durationMs,
    ratePerSecond: starts.count === 0 ? 0 : (starts.ratePerSecond * turns) / starts.count,
  };
}

/** Conversations that begin below an index; their first indices never decrease, so doubling and bisection find it. */
function sessionsBelow(index: number, sessionAt: SessionAt): number {
  let high = 1;
  while (sessionAt(high).firstIndex < index) high *= 2;
  let low = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sessionAt(middle).firstIndex < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
