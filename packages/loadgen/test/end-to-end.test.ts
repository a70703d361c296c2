import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestRecord } from '@assay/contracts';
import { createSystemClock, createSystemTimer } from '@assay/timebase';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createFileSink,
  createNetTransport,
  createPromptSource,
  createRecorder,
  createSchedule,
  type LoadConfig,
  type RunSummary,
  readRecords,
  runLoad,
} from '../src/index.ts';
import { createFakeBackend } from './fake-backend.ts';
import { BASE_CONFIG } from './run-harness.ts';
import { startTinyServer, type TinyServer } from './tiny-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-e2e-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(
  port: number,
  name: string,
  config: Partial<LoadConfig>,
  bounds: { requests?: number; durationMs?: number },
): Promise<{ summary: RunSummary; records: RequestRecord[] }> {
  const clock = createSystemClock(performance);
  const timer = createSystemTimer({ setTimeout, clearTimeout });
  const transport = createNetTransport(
    { origin: new URL(`http://127.0.0.1:${port}`), connectTimeoutMs: 1000 },
    { clock },
  );
  const merged = { ...BASE_CONFIG, ...config };
  const path = join(folder, `${name}.jsonl`);
  const length = { kind: 'fixed', value: 32 } as const;
  const prompts = await createPromptSource(
    { kind: 'synthetic', inputTokens: length, outputTokens: length, sharedPrefixTokens: 0, sharedPrefixCount: 1 },
    { seed: 0 },
  );
  const summary = await runLoad({
    config: merged,
    backend: createFakeBackend(),
    transport,
    clock,
    timer,
    schedule: createSchedule(merged.load, merged.seed, { requests: bounds.requests, durationMs: bounds.durationMs }),
    prompts,
    recorder: createRecorder({ sink: await createFileSink(path), timer }),
  });
  await transport.close();
  const records: RequestRecord[] = [];
  for await (const record of readRecords(path)) records.push(record);
  return { summary, records };
}

describe('over real sockets', () => {
  let tiny: TinyServer;
  beforeEach(async () => {
    tiny = await startTinyServer((id) => /-(3|13)$/.test(id));
  });
  afterEach(() => {
    tiny.server.close();
  });

  test('constant rate: every request once, in schedule, faults told apart', async () => {
    const load = { kind: 'constant', ratePerSecond: 200 } as const;
    const { summary, records } = await run(tiny.port, 'constant', { load }, { requests: 100 });
    expect(tiny.ids).toHaveLength(100);
    expect(records).toHaveLength(100);
    expect(summary).toMatchObject({ status: 'finished', offered: 100, outcomes: { ok: 98, protocol: 2 } });
    const failed = records.filter((record) => record.outcome !== 'ok').map((record) => record.index);
    expect(failed.toSorted((a, b) => a - b)).toEqual([3, 13]);
    for (const record of records.filter((each) => each.outcome === 'ok')) {
      expect(record.scheduledMs).toBe(record.index * 5);
      expect(record.sentMs).toBeGreaterThanOrEqual(record.scheduledMs);
      expect(record.firstTokenMs).toBeGreaterThan(record.sentMs ?? 0);
      expect(record.endMs).toBeGreaterThanOrEqual(record.lastTokenMs ?? 0);
      expect(record.contentEvents).toBe(3);
    }
  });

  test('closed loop: the server never sees more than the permits', async () => {
    const load = { kind: 'concurrency', concurrency: 4 } as const;
    const { summary, records } = await run(tiny.port, 'closed', { load, warmupRequests: 5 }, { requests: 40 });
    expect(tiny.inFlight.max).toBeLessThanOrEqual(4);
    expect(summary).toMatchObject({ offered: 40, warmupRequests: 5, outcomes: { ok: 38 } });
    expect(records).toHaveLength(45);
    // A request whose permit came back on the same read finds that connection idle again.
    expect(summary.connections.opened).toBeLessThanOrEqual(12);
  });

  test('nobody listens: every request is CONNECT_REFUSED', async () => {
    const load = { kind: 'constant', ratePerSecond: 200 } as const;
    const port = tiny.port;
    await new Promise<void>((resolve) => tiny.server.close(() => resolve()));
    const { summary } = await run(port, 'refused', { load }, { requests: 10 });
    expect(summary.outcomeCodes).toEqual({ CONNECT_REFUSED: 10 });
  });
});
