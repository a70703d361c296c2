import type { LiveStats } from '../health/live-stats.ts';
import type { ShardCounters } from './protocol.ts';

type Sums = Omit<ShardCounters, 'inFlight'>;

const COUNTS = [
  'offered',
  'warmupRequests',
  'sent',
  'sentMeasured',
  'sentInTime',
  'lateDispatches',
] as const satisfies readonly (keyof Sums)[];

/** Sets counters to the sums of those of all workers; the histograms are not touched. */
export function addCounters(into: LiveStats, parts: readonly Sums[]): void {
  for (const key of COUNTS) into[key] = parts.reduce((sum, part) => sum + part[key], 0);
  for (const outcome of Object.keys(into.outcomes) as (keyof LiveStats['outcomes'])[]) {
    into.outcomes[outcome] = parts.reduce((sum, part) => sum + part.outcomes[outcome], 0);
  }
  for (const code of new Set(parts.flatMap((part) => Object.keys(part.outcomeCodes)))) {
    into.outcomeCodes[code] = parts.reduce((sum, part) => sum + (part.outcomeCodes[code] ?? 0), 0);
  }
}
