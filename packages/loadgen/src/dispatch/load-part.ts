import type { LiveStats } from '../health/live-stats.ts';
import type { Permits } from '../shard/permits.ts';
import type { Share } from '../shard/share.ts';
import type { PlannedRequest } from './look-ahead.ts';

/** One worker's part of a load. */
export interface LoadPart {
  readonly share: Share;
  /** Where the load has a limit of requests in flight: its permits, shared by all workers. */
  readonly permits: Permits | undefined;
  /** Counters, so that they can be told while the run goes on. */
  readonly stats: LiveStats;
  /** Waits at the barrier; resolves with time 0 of the run. */
  awaitStart(): Promise<number>;
  onSent(planned: PlannedRequest): void;
}
