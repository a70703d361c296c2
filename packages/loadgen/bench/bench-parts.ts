import { createSystemClock, createSystemTimer } from '@assay/timebase';
import type { LoadConfig } from '../src/run.ts';
import type { Schedule } from '../src/schedule/schedule.ts';
import type { ShardOptions, ShardParts } from '../src/shard/serve-shard.ts';
import { createNetTransport } from '../src/transport/net-transport.ts';
import { loadOpenAiBackend } from './openai-backend.ts';

/** What one worker of the benchmark is told. */
export interface BenchJob {
  readonly port: number;
  readonly inFlight: number;
  readonly requests: number;
  readonly warmupRequests: number;
  readonly tokensPerReply: number;
  /** Every event is parsed in full. */
  readonly verifyStream: boolean;
}

export const clock = createSystemClock(performance);
export const timer = createSystemTimer({ setTimeout, clearTimeout });

const text = 'word '.repeat(64);

export function configOf({ inFlight, warmupRequests }: BenchJob): LoadConfig {
  return {
    stream: true,
    maxInFlight: null,
    timeouts: { connectMs: 5_000, firstTokenMs: 60_000, stallMs: 60_000, totalMs: 60_000 },
    drainMs: 60_000,
    warmupMs: 0,
    warmupRequests,
    load: { kind: 'concurrency', concurrency: inFlight },
    seed: 0,
  };
}

export function scheduleOf({ inFlight, requests }: BenchJob): Schedule {
  return { kind: 'closed', concurrency: inFlight, count: requests, durationMs: undefined };
}

export async function partsOf(job: BenchJob): Promise<ShardParts> {
  return {
    config: configOf(job),
    backend: await loadOpenAiBackend(job.verifyStream),
    transport: createNetTransport(
      { origin: new URL(`http://127.0.0.1:${job.port}`), connectTimeoutMs: 5_000 },
      { clock },
    ),
    schedule: scheduleOf(job),
    prompts: {
      sampleAt: (index) => ({
        index,
        prompt: { kind: 'text', text },
        inputTokens: 64,
        inputTokensSource: 'approximate',
        maxOutputTokens: job.tokensPerReply,
      }),
      size: undefined,
      inputTokensSource: 'approximate',
    },
  };
}

export const shardOptions: ShardOptions = { clock, timer, build: (job) => partsOf(job as BenchJob) };
