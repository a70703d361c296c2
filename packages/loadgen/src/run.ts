import type { RunConfig } from '@assay/contracts';
import type { Clock, Timer } from '@assay/timebase';
import type { Backend } from './backend/backend.ts';
import type { ReadDelays } from './client-error/read-delays.ts';
import { LoadRun } from './dispatch/load-run.ts';
import { createImmediatePacer, type Pacer } from './dispatch/pacer.ts';
import type { RunEvent, RunSummary } from './events.ts';
import { createNodeHealthProbe, type HealthProbe } from './health/health-probe.ts';
import type { PromptSource } from './prompt/prompt-source.ts';
import type { Recorder } from './record/recorder.ts';
import type { Schedule } from './schedule/schedule.ts';
import type { Transport } from './transport/transport.ts';

/** The parts of the configuration a run needs itself; schedule and prompts are built from the rest. */
export type LoadConfig = Pick<
  RunConfig,
  'stream' | 'maxInFlight' | 'timeouts' | 'drainMs' | 'warmupMs' | 'warmupRequests' | 'load' | 'seed'
>;

export interface RunOptions {
  readonly config: LoadConfig;
  readonly backend: Backend;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly schedule: Schedule;
  readonly prompts: PromptSource;
  readonly recorder: Recorder;
  readonly pacer?: Pacer;
  readonly probe?: HealthProbe;
  /** Aborted once: no further request is sent, those in flight are drained. */
  readonly signal?: AbortSignal;
  /** Aborted: requests in flight end as `aborted` at once. */
  readonly killSignal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Start of the `x-request-id` header (`assay-7`, warm-up `assay-w7`); `null` sends none. */
  readonly requestIdPrefix?: string | null;
  /** Idle connections to open before the load; by default the concurrency, or a few for an open loop. */
  readonly preconnect?: number;
  /** The meter that the transport tells of its reads; without one nothing is known of what the client adds to latencies. */
  readonly readDelays?: ReadDelays | undefined;
}

const LEAD_MS = 20;

/**
 * Makes the load and records every offered request exactly once. Resolves when the last request has ended and the
 * recorder is closed; a failed request never rejects, a failed recorder gives the status `failed`.
 */
export async function runLoad(options: RunOptions): Promise<RunSummary> {
  const run = new LoadRun({
    ...options,
    pacer: options.pacer ?? createImmediatePacer(),
    probe: options.probe ?? createNodeHealthProbe(),
    onEvent: options.onEvent ?? (() => undefined),
    leadMs: LEAD_MS,
    requestIdPrefix: options.requestIdPrefix === undefined ? 'assay-' : options.requestIdPrefix,
  });
  return await run.run();
}
