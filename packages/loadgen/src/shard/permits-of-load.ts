import type { Schedule } from '../schedule/schedule.ts';

/** Requests that may be in flight at once over all workers; `undefined` where nothing limits them. */
export function permitsOfLoad(schedule: Schedule, maxInFlight: number | null): number | undefined {
  return schedule.kind === 'closed' ? schedule.concurrency : (maxInFlight ?? undefined);
}

/** Workers that would have something to do: never more than requests, conversations or permits. */
export function usefulWorkers(wanted: number, schedule: Schedule, maxInFlight: number | null): number {
  const permits = permitsOfLoad(schedule, maxInFlight) ?? Number.POSITIVE_INFINITY;
  const items = schedule.kind === 'sessions' ? schedule.starts.count : schedule.count;
  return Math.max(1, Math.min(wanted, items ?? Number.POSITIVE_INFINITY, permits));
}
