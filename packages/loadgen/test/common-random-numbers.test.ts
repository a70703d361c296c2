import type { RequestRecord } from '@assay/contracts';
import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { expect, test } from 'vitest';
import type { RequestSample } from '../src/backend/request-sample.ts';
import {
  createNetTransport,
  createPromptSource,
  createSchedule,
  type LoadConfig,
  type LoadShape,
  runLoad,
} from '../src/index.ts';
import { createFakeBackend } from './fake-backend.ts';
import { BASE_CONFIG } from './run-harness.ts';
import { startTinyServer } from './tiny-server.ts';

const REQUESTS = 60;
const LENGTHS = { kind: 'lognormal', median: 40, sigma: 0.8, min: 1, max: 400 } as const;

interface Observed {
  /** What was asked for, by request. */
  readonly samples: RequestSample[];
  readonly dueMs: number[];
  readonly latencyMs: number;
}

/** One run against a server of its own that takes `answerMs` for an answer. */
async function observe(load: LoadShape, seed: number, answerMs: number): Promise<Observed> {
  const clock = createSystemClock(performance);
  const timer = createSystemTimer({ setTimeout, clearTimeout });
  const server = await startTinyServer(undefined, () => answerMs);
  const origin = new URL(`http://127.0.0.1:${server.port}`);
  const transport = createNetTransport({ origin, connectTimeoutMs: 1000 }, { clock });
  const config: LoadConfig = { ...BASE_CONFIG, load, seed };
  const dataset = {
    kind: 'synthetic',
    inputTokens: LENGTHS,
    outputTokens: LENGTHS,
    sharedPrefixTokens: 8,
    sharedPrefixCount: 3,
  } as const;
  const samples: RequestSample[] = [];
  const records: RequestRecord[] = [];
  const backend = createFakeBackend();
  try {
    await runLoad({
      config,
      backend: {
        ...backend,
        encode: (sample) => {
          samples[sample.index] = sample;
          return backend.encode(sample);
        },
      },
      transport,
      clock,
      timer,
      schedule: createSchedule(load, seed, { requests: REQUESTS, durationMs: undefined }),
      prompts: await createPromptSource(dataset, {
        seed,
        tenants: [
          { name: 'a', weight: 2 },
          { name: 'b', weight: 1 },
        ],
      }),
      recorder: {
        record: (record) => records.push(record),
        count: 0,
        onFailure: () => undefined,
        close: () => Promise.resolve(),
      },
    });
  } finally {
    await transport.close();
    server.server.close();
  }
  records.sort((a, b) => a.index - b.index);
  const latencies = records.map(({ endMs, scheduledMs }) => (endMs ?? 0) - scheduledMs);
  return {
    samples: samples.slice(0, REQUESTS),
    dueMs: records.map(({ scheduledMs }) => scheduledMs),
    latencyMs: latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length,
  };
}

test('one seed, two servers of different speed: the same due times, prompts, lengths and tenants, request by request', async () => {
  const load: LoadShape = {
    kind: 'mmpp',
    states: [
      { ratePerSecond: 400, meanMs: 50 },
      { ratePerSecond: 60, meanMs: 100 },
    ],
  };
  const [fast, slow] = [await observe(load, 11, 4), await observe(load, 11, 60)];
  expect(slow.latencyMs).toBeGreaterThan(fast.latencyMs + 30);
  expect(slow.dueMs).toEqual(fast.dueMs);
  expect(slow.samples).toEqual(fast.samples);
  expect(new Set(fast.samples.map(({ inputTokens }) => inputTokens)).size).toBeGreaterThan(20);
  const other = await observe(load, 12, 4);
  expect(other.dueMs).not.toEqual(fast.dueMs);
  expect(other.samples).not.toEqual(fast.samples);
});

test('a closed loop is due when answers end, but asks the same', async () => {
  const load: LoadShape = { kind: 'concurrency', concurrency: 6 };
  const [fast, slow] = [await observe(load, 11, 4), await observe(load, 11, 30)];
  expect(slow.dueMs).not.toEqual(fast.dueMs);
  expect(slow.samples).toEqual(fast.samples);
});
