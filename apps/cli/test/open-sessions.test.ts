import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, type Ended, startSim, temporaryFolder } from './assay.ts';

const THINK_MS = 30;
const SESSION = {
  turns: [
    { user: 'one', assistant: 'A' },
    { user: 'two', assistant: 'B', think_time_ms: THINK_MS },
    { user: 'three', think_time_ms: THINK_MS },
  ],
  output_tokens: 2,
};

interface Arrival {
  readonly id: string;
  readonly atMs: number;
}

interface Measured {
  readonly ended: Ended;
  readonly records: readonly RequestRecord[];
  readonly results: ResultsDocument;
  readonly run: RunDocument;
  /** Requests as they came to the server, on its clock. */
  readonly arrivals: readonly Arrival[];
}

/** A run of conversations against a service that answers one request at a time, and so falls behind. */
async function measure(...flags: readonly string[]): Promise<Measured> {
  const folder = temporaryFolder();
  const [dataset, truthFile, out] = ['rows.jsonl', 'truth.jsonl', 'run'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(dataset, `${JSON.stringify(SESSION)}\n`);
  const target = await startSim({ ttftMs: 40, itlMs: 0, slots: 1, truthFile });
  const ended = await assay('run', '--target', target, '--dataset', dataset, '--out', out, ...flags);
  const lines = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n');
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(out, name), 'utf8')) as T;
  const records = lines(join(out, 'requests.jsonl')).map((line) => JSON.parse(line) as RequestRecord);
  // The log of the service is at most 100 ms behind.
  await new Promise((resolve) => setTimeout(resolve, 150));
  const arrivals = lines(truthFile)
    .map((line) => JSON.parse(line) as { readonly id: string | null; readonly arrivalNs: number })
    .flatMap(({ id, arrivalNs }) => (id?.startsWith('assay-') ? [{ id, atMs: arrivalNs / 1e6 }] : []));
  return {
    ended,
    records: records.sort((a, b) => a.index - b.index),
    results: read('results.json'),
    run: read('run.json'),
    arrivals,
  };
}

test('conversations begin by the schedule at a service that falls behind, and no turn comes before the answer to the one before', async () => {
  const { ended, records, results, run, arrivals } = await measure('--rate', '50', '--requests', '29');
  expect(ended.stderr).not.toMatch(/TURNS_UNTIMED|error/);
  expect(run.config).toMatchObject({ sessions: 'whole', load: { kind: 'constant', ratePerSecond: 50 } });
  expect(run.schedule.offered).toBe(29);
  expect(results.outcomes).toMatchObject({ offered: 29, ok: 29 });
  expect(results.sessions).toMatchObject({ sessions: 10, complete: 9 });
  for (const { index, session, scheduledMs } of records) {
    if (session?.turn === 0) expect(scheduledMs).toBeCloseTo((index / 3) * 20, 2);
    else expect(scheduledMs - (records[index - 1]?.endMs ?? 0)).toBeCloseTo(THINK_MS, 2);
  }
  const atMs = new Map(arrivals.map((arrival) => [arrival.id, arrival.atMs]));
  const originMs = (atMs.get('assay-0') ?? 0) - (records[0]?.sentMs ?? 0);
  for (const { index, sentMs } of records) {
    const seenMs = (atMs.get(`assay-${index}`) ?? Number.NaN) - originMs;
    expect(Math.abs(seenMs - (sentMs ?? 0))).toBeLessThan(120);
  }
  // The first answers alone take 400 ms; all conversations have begun in half of that.
  const lastBeginning = records.filter(({ session }) => session?.turn === 0).at(-1);
  expect((lastBeginning?.sentMs ?? 0) - (lastBeginning?.scheduledMs ?? 0)).toBeLessThan(120);
  // The wait in the service's queue is part of the latency.
  const ttft = results.metrics.find(
    ({ id, statistic, from }) => id === 'ttft_ms' && statistic === 'max' && from === 'scheduled',
  );
  expect(ttft?.state === 'measured' ? ttft.value : 0).toBeGreaterThan(150);
});

test('split, every turn has its time, whether or not the answer before it came', async () => {
  const { ended, records, run } = await measure('--rate', '50', '--requests', '9', '--sessions', 'split');
  expect(ended.stderr).toContain('TURNS_UNTIMED');
  expect(run.config.sessions).toBe('split');
  for (const { index, scheduledMs } of records) expect(scheduledMs).toBeCloseTo(index * 20, 2);
});

test('threads share the conversations; a duration ends the run and its window', async () => {
  const { records, results, run } = await measure('--rate', '50', '--duration', '400ms', '--workers', '2');
  expect(run.workers).toHaveLength(2);
  expect(run.schedule.offered).toBeNull();
  expect(results.window).toEqual({ startMs: 0, endMs: 400 });
  const beginnings = records.filter(({ session }) => session?.turn === 0);
  expect(beginnings.map(({ scheduledMs }) => Math.round(scheduledMs))).toEqual(
    Array.from({ length: 20 }, (_, n) => n * 20),
  );
  expect(records.every(({ scheduledMs }) => scheduledMs < 400)).toBe(true);
});
