import type { RequestRecord } from '@assay/contracts';
import type { RunEvent, RunSummary } from '../src/events.ts';
import type { Recorder, RecordFailure } from '../src/record/recorder.ts';
import { type LoadConfig, type RunOptions, runLoad } from '../src/run.ts';
import { createSchedule } from '../src/schedule/schedule.ts';
import { createFakeBackend } from './fake-backend.ts';
import { type Behaviour, createFakeTransport, type FakeTransport } from './fake-transport.ts';
import { createFakeWorld, type FakeWorld } from './fake-world.ts';

export const BASE_CONFIG: LoadConfig = {
  stream: true,
  maxInFlight: null,
  timeouts: { connectMs: 1000, firstTokenMs: 10_000, stallMs: 5000, totalMs: 60_000 },
  drainMs: 30_000,
  warmupMs: 0,
  warmupRequests: 0,
  load: { kind: 'constant', ratePerSecond: 100 },
  seed: 1,
};

export interface HarnessResult {
  readonly summary: RunSummary;
  readonly records: RequestRecord[];
  readonly events: RunEvent[];
  readonly transport: FakeTransport;
  readonly originMs: number;
}

export interface HarnessOptions {
  readonly config?: Partial<LoadConfig>;
  readonly requests?: number;
  readonly durationMs?: number;
  readonly behaviour: Behaviour;
  readonly untilMs?: number;
  readonly script?: (world: FakeWorld, fail: (failure: RecordFailure) => void) => Partial<RunOptions>;
}

/** Runs a load in virtual time against a fake transport. */
export async function runFake(options: HarnessOptions): Promise<HarnessResult> {
  const world = createFakeWorld();
  const config = { ...BASE_CONFIG, ...options.config };
  const transport = createFakeTransport(world, options.behaviour);
  const records: RequestRecord[] = [];
  const events: RunEvent[] = [];
  let fail: (failure: RecordFailure) => void = () => undefined;
  const recorder: Recorder = {
    record: (record) => {
      records.push(record);
    },
    get count() {
      return records.length;
    },
    onFailure: (listener) => {
      fail = listener;
    },
    close: () => Promise.resolve(),
  };
  const extra = options.script?.(world, (failure) => fail(failure)) ?? {};
  const run = runLoad({
    config,
    backend: createFakeBackend(),
    transport,
    clock: world.clock,
    timer: world.timer,
    pacer: world.pacer,
    probe: {
      start: () => undefined,
      stop: () => undefined,
      cpuMs: () => 0,
      maxRssMiB: () => undefined,
      loopDelay: () => undefined,
      gcPauses: () => undefined,
    },
    schedule: createSchedule(config.load, config.seed, { requests: options.requests, durationMs: options.durationMs }),
    prompts: {
      size: undefined,
      inputTokensSource: 'approximate',
      sampleAt: (index) => ({
        index,
        prompt: { kind: 'text', text: 'x' },
        inputTokens: 1,
        inputTokensSource: 'approximate',
        maxOutputTokens: 1,
      }),
    },
    recorder,
    onEvent: (event) => {
      events.push(event);
    },
    ...extra,
  });
  let isDone = false;
  const done = run.then((summary) => {
    isDone = true;
    return summary;
  });
  for (let ms = 1100; !isDone && ms < (options.untilMs ?? 200_000); ms += 100) await world.runUntilAsync(ms);
  const summary = await done;
  const started = events.find((event) => event.kind === 'run-started');
  return { summary, records, events, transport, originMs: started?.kind === 'run-started' ? started.originMs : 0 };
}
