import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestRecord } from '@assay/contracts';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { createFakeWorld } from '../../test/fake-world.ts';
import { createFileSink, createQueuedSink } from './file-sink.ts';
import { readRecords } from './read-records.ts';
import { toRecordLine } from './record-line.ts';
import { createRecorder, type RecordSink } from './recorder.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-records-'));
afterAll(() => rmSync(folder, { recursive: true }));

function record(index: number): RequestRecord {
  return {
    index,
    phase: 'measure',
    scheduledMs: index * 1.5,
    sentMs: index + 0.25,
    connectMs: null,
    headersMs: null,
    firstTokenMs: 3.125,
    firstAnswerMs: null,
    lastTokenMs: null,
    endMs: 9,
    outcome: 'ok',
    code: null,
    message: null,
    httpStatus: 200,
    finishReason: 'stop',
    inputTokensRequested: 5,
    inputTokens: 5,
    inputTokensSource: 'approximate',
    cachedTokens: null,
    outputTokensRequested: 2,
    outputTokens: 2,
    outputTokensSource: 'usage',
    contentEvents: 2,
    arrivals: [0, 1, 10, 1],
    arrivalsUnit: 'events',
  };
}

async function collect(source: string | Iterable<string>): Promise<RequestRecord[]> {
  const records: RequestRecord[] = [];
  for await (const each of readRecords(source)) records.push(each);
  return records;
}

describe('toRecordLine', () => {
  test('equals JSON.stringify for every string and number', () => {
    const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
    const ms = fc.integer({ min: -1e9, max: 1e9 }).map((us) => us / 1000);
    fc.assert(
      fc.property(
        fc.record({
          scheduledMs: ms,
          sentMs: maybe(ms),
          code: maybe(fc.string()),
          message: maybe(fc.string({ unit: 'binary' })),
          finishReason: maybe(fc.string()),
          arrivals: fc.array(fc.nat()),
        }),
        fc.record(
          {
            connectAtMs: ms,
            target: fc.string({ unit: 'binary' }),
            address: fc.string(),
            reasoningTokens: fc.nat(),
            tokenCounts: fc.array(fc.record({ source: fc.constant('usage' as const), tokens: fc.nat() })),
            session: fc.record({ session: fc.nat(), turn: fc.nat() }),
            answer: fc.record({ structuredProblem: fc.string({ unit: 'binary' }) }),
          },
          { requiredKeys: [] },
        ),
        (part, optional) => {
          const whole = { ...record(3), ...part, ...optional };
          expect(JSON.parse(toRecordLine(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
          expect(toRecordLine(whole).indexOf('\n')).toBe(toRecordLine(whole).length - 1);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('recorder', () => {
  test('batches by time and size and loses nothing', async () => {
    const world = createFakeWorld();
    const writes: string[] = [];
    const sink: RecordSink = {
      write: (text) => {
        writes.push(text);
      },
      onFailure: () => undefined,
      close: () => Promise.resolve(),
    };
    const recorder = createRecorder({ sink, timer: world.timer, batchLength: 5000 });
    for (let index = 0; index < 3; index++) recorder.record(record(index));
    expect(writes).toHaveLength(0);
    world.runUntil(1250);
    expect(writes).toHaveLength(1);
    for (let index = 3; index < 103; index++) recorder.record(record(index));
    expect(writes.length).toBeGreaterThan(5);
    await recorder.close();
    expect((await collect(writes)).map((each) => each.index)).toEqual(Array.from({ length: 103 }, (_, at) => at));
  });
});

describe('file sink', () => {
  test('writes a new file and refuses an old one', async () => {
    const path = join(folder, 'requests.jsonl');
    const sink = await createFileSink(path);
    for (let index = 0; index < 50; index++) sink.write(toRecordLine(record(index)));
    await sink.close();
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(51);
    expect(await collect(path)).toHaveLength(50);
    await expect(createFileSink(path)).rejects.toMatchObject({ code: 'RECORD_EXISTS' });
  });

  test('a full disk is told once; what was written stays', async () => {
    const written: string[] = [];
    const handle = {
      appendFile: (data: string): Promise<void> => {
        if (written.length >= 2) return Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
        written.push(data);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const sink = createQueuedSink('r.jsonl', handle);
    const failures: string[] = [];
    sink.onFailure((failure) => failures.push(failure.message));
    for (let index = 0; index < 5; index++) {
      sink.write(`${index}\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sink.close();
    expect(written).toEqual(['0\n', '1\n']);
    expect(failures).toEqual(['cannot write r.jsonl: no space left on the device (ENOSPC)']);
  });
});

describe('readRecords', () => {
  const text = [0, 1, 2].map((index) => toRecordLine(record(index))).join('');

  test('a torn last line is left out, at every cut', async () => {
    const lines = text.split('\n');
    const secondEnd = (lines[0]?.length ?? 0) + (lines[1]?.length ?? 0) + 2;
    for (const cut of [1, 40, 200]) expect(await collect([text.slice(0, secondEnd + cut)])).toHaveLength(2);
    expect(await collect([text.slice(0, -1)])).toHaveLength(3);
  });

  test('pieces of any size give the same', async () => {
    const pieces = text.match(/[\s\S]{1,17}/g) ?? [];
    expect(await collect(pieces)).toEqual(await collect([text]));
  });

  test('a bad line in the middle has its number', async () => {
    const lines = text.split('\n');
    const broken = [lines[0], '{"index":', lines[2], ''].join('\n');
    await expect(collect([broken])).rejects.toMatchObject({ code: 'RECORD_INVALID', details: { line: 2 } });
    const strange = [lines[0], '{"index":4}', lines[2], ''].join('\n');
    await expect(collect([strange])).rejects.toThrow('requests.jsonl:2:');
  });

  test.each([
    ['"outcome":"ok"', '"outcome":"okay"', 'outcome: expected ok, http'],
    ['"phase":"measure"', '"phase":"later"', 'phase: expected warmup or measure, got "later"'],
    [/"endMs":[\d.]+/, '"endMs":"soon"', 'endMs: expected a number or null, got "soon"'],
    [/"arrivals":\[[^\]]*\]/, '"arrivals":[0]', 'arrivals: expected pairs of numbers, got [0]'],
  ])('a record that was changed: %s', async (from, to, message) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    await expect(collect([changed])).rejects.toThrow(`requests.jsonl:1: ${message}`);
  });

  test('a file that is not there', async () => {
    await expect(collect('/nowhere/requests.jsonl')).rejects.toMatchObject({ code: 'RECORD_UNREADABLE' });
  });
});
