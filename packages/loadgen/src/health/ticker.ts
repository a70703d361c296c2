import type { RunPhase, RunTick } from '../events.ts';
import type { LiveStats } from './live-stats.ts';

export interface TickContext {
  readonly phase: RunPhase;
  readonly elapsedMs: number;
  readonly inFlight: number;
  readonly remainingMs: number | undefined;
}

/** Turns the counters into a progress event; remembers the previous one for the rate. */
export function createTicker(stats: LiveStats): (context: TickContext) => RunTick {
  let previousSent = 0;
  let previousMs = 0;
  return (context) => {
    const spanMs = context.elapsedMs - previousMs;
    const ratePerSecond = spanMs > 0 ? ((stats.sent - previousSent) * 1000) / spanMs : 0;
    previousSent = stats.sent;
    previousMs = context.elapsedMs;
    const quantileMs = (q: number): number | undefined =>
      stats.ttftUs.count === 0 ? undefined : stats.ttftUs.quantile(q) / 1000;
    return {
      kind: 'tick',
      phase: context.phase,
      elapsedMs: context.elapsedMs,
      sent: stats.sent,
      inFlight: context.inFlight,
      ok: stats.outcomes.ok,
      failed: stats.offered - stats.outcomes.ok,
      ratePerSecond,
      ttftP50Ms: quantileMs(0.5),
      ttftP99Ms: quantileMs(0.99),
      remainingMs: context.remainingMs,
    };
  };
}
