import { loadTokenizer } from '@assay/backend-adapters';
import type { RunConfig } from '@assay/contracts';
import { createNodeReadDelays, planSchedule, rehearseLoad, type ShardParts, type ShardPlace } from '@assay/loadgen';
import type { Surroundings } from '../streams.ts';
import { CLOCK, TIMER } from './clock.ts';
import { createEndpoint } from './endpoint.ts';
import { createRunBackend, type Told } from './ports.ts';
import { createPrompts, type PromptPlan } from './prompts.ts';
import { settleHeap } from './settle-heap.ts';
import { createTransport, preconnectOf } from './transport.ts';

/** All a worker is told; secrets are read where they are used. */
export interface WorkerJob {
  /** With the target and the model that were found. */
  readonly config: RunConfig;
  readonly promptPlan: PromptPlan;
  readonly told: Told;
}

/** The parts of a run, built in a worker from what the preflight found out. */
export async function buildParts(json: unknown, place: ShardPlace, surroundings: Surroundings): Promise<ShardParts> {
  const { config, promptPlan, told } = json as WorkerJob;
  const endpoint = createEndpoint(config.target ?? '', config, surroundings);
  const localTokenizer = config.tokenizer === undefined ? undefined : await loadTokenizer(config.tokenizer);
  const backend = createRunBackend(endpoint, { ...config, localTokenizer }, config.model ?? '', told);
  const bounds = { requests: config.requests ?? undefined, durationMs: config.durationMs ?? undefined };
  const prompts = await createPrompts(config, promptPlan);
  const schedule = planSchedule(config, bounds, prompts);
  settleHeap();
  await rehearseLoad({ backend, stream: config.stream, clock: CLOCK, timer: TIMER });
  const readDelays = createNodeReadDelays();
  const transport = await createTransport(endpoint, config, readDelays, place);
  const meter = config.transport === 'net' ? readDelays : undefined;
  const preconnect = preconnectOf(config.connections, place);
  return {
    config,
    backend,
    transport,
    schedule,
    prompts,
    readDelays: meter,
    ...(preconnect === undefined ? {} : { preconnect }),
  };
}
