import { type Clock, createSystemClock, createSystemTimer } from '@assay/timebase';
import {
  createNetTransport,
  createPromptSource,
  createSpreadTransport,
  type LoadConfig,
  type PromptSource,
  planSchedule,
  type Schedule,
  type ShardOptions,
  type Transport,
  type TransportTarget,
} from '../src/index.ts';
import { createFakeBackend } from './fake-backend.ts';

/** What the workers of a test are told. */
export interface TestJob {
  readonly port: number;
  /** Servers that share the requests. */
  readonly ports?: readonly number[];
  readonly config: LoadConfig;
  readonly requests?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Conversations of that many turns. */
  readonly turns?: number | undefined;
  /** Conversations of an open loop stay whole. */
  readonly sessions?: 'whole';
  /** This worker throws when it is asked for that request. */
  readonly throwAt?: number | undefined;
}

export const clock = createSystemClock(performance);
export const timer = createSystemTimer({ setTimeout, clearTimeout });

export function scheduleOf(job: TestJob): Schedule {
  const { config, requests, durationMs, sessions } = job;
  return planSchedule({ ...config, sessions }, { requests, durationMs }, placesOf(job));
}

function placesOf({ turns }: TestJob): Pick<PromptSource, 'sessionAt'> {
  return turns === undefined ? {} : { sessionAt: (session) => ({ firstIndex: session * turns, turns }) };
}

export async function promptsOf(job: TestJob): Promise<PromptSource> {
  const { turns, throwAt } = job;
  const length = { kind: 'uniform', min: 4, max: 40 } as const;
  const prompts = await createPromptSource(
    { kind: 'synthetic', inputTokens: length, outputTokens: length, sharedPrefixTokens: 0, sharedPrefixCount: 1 },
    { seed: 3 },
  );
  const plain: PromptSource = {
    ...prompts,
    sampleAt: (index, phase) => {
      if (index === throwAt)
        queueMicrotask(() => {
          throw new Error('a defect in this worker');
        });
      const sample = prompts.sampleAt(index, phase);
      if (turns === undefined) return sample;
      const session = { session: Math.floor(index / turns), turn: index % turns, turns, thinkTimeMs: 1 };
      return { ...sample, session };
    },
  };
  return { ...plain, ...placesOf(job) };
}

export const shardOptions: ShardOptions = shardOptionsOn(clock);

async function transportOf({ port, ports }: TestJob, own: Clock): Promise<Transport> {
  const targetAt = (at: number): TransportTarget => ({
    origin: new URL(`http://127.0.0.1:${at}`),
    connectTimeoutMs: 1000,
  });
  if (ports === undefined) return createNetTransport(targetAt(port), { clock: own });
  return await createSpreadTransport(ports.map(targetAt), {
    balance: 'round-robin',
    create: (target) => createNetTransport(target, { clock: own }),
    nowMs: () => own.nowMs(),
  });
}

/** A worker whose clock is another than that of the coordinator. */
export function shardOptionsOn(own: Clock): ShardOptions {
  return {
    clock: own,
    timer,
    build: async (json) => {
      const job = json as TestJob;
      return {
        config: job.config,
        backend: createFakeBackend(),
        transport: await transportOf(job, own),
        schedule: scheduleOf(job),
        prompts: await promptsOf(job),
      };
    },
  };
}
