import type { RunConfig } from '@assay/contracts';
import { createSchedule, type LoadShape, type OpenSchedule, type Schedule } from './schedule.ts';
import type { SessionSchedule } from './session-schedule.ts';

/** Load before the measurement: same kind, arrivals of their own. */
export type WarmupPlan =
  | { readonly kind: 'open'; readonly schedule: OpenSchedule }
  | { readonly kind: 'closed'; readonly count: number; readonly durationMs: number };

/**
 * Warm-up of a run; `undefined` when none is asked for. With a time and a count the one reached first ends it. Shapes that
 * change over time warm up at a constant rate: a ramp at its first, all others at their mean. Conversations warm up with requests that stand alone,
 * at the mean rate of their turns.
 */
export function createWarmup(
  config: Pick<RunConfig, 'warmupMs' | 'warmupRequests' | 'seed' | 'load'>,
  schedule: Schedule,
): WarmupPlan | undefined {
  const { warmupMs, warmupRequests } = config;
  if (warmupMs <= 0 && warmupRequests <= 0) return undefined;
  const durationMs = warmupMs > 0 ? warmupMs : undefined;
  const requests = warmupRequests > 0 ? warmupRequests : undefined;
  if (schedule.kind === 'closed') {
    const infinite = Number.POSITIVE_INFINITY;
    return { kind: 'closed', count: requests ?? infinite, durationMs: durationMs ?? infinite };
  }
  const load = steadyLoad(
    schedule.kind === 'sessions' ? rateOfTurns(config.load, schedule) : config.load,
    schedule.ratePerSecond,
  );
  const warmup = createSchedule(load, config.seed, { requests, durationMs }, 'warmup-arrivals');
  return warmup.kind === 'open' ? { kind: 'open', schedule: warmup } : undefined;
}

function rateOfTurns(load: LoadShape, { ratePerSecond }: SessionSchedule): LoadShape {
  if (load.kind === 'ramp') return { kind: 'constant', ratePerSecond };
  return 'ratePerSecond' in load ? { ...load, ratePerSecond } : load;
}

function steadyLoad(load: LoadShape, meanRatePerSecond: number): LoadShape {
  switch (load.kind) {
    case 'constant':
    case 'poisson':
    case 'gamma':
      return load;
    case 'ramp':
      return { kind: 'constant', ratePerSecond: load.fromRatePerSecond || load.toRatePerSecond };
    case 'burst':
    case 'mmpp':
    case 'diurnal':
    case 'trace':
    case 'concurrency':
      return { kind: 'constant', ratePerSecond: meanRatePerSecond || 1 };
  }
}
