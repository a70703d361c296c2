import { createHistogram, histogramToBase64 } from '@assay/stats';
import { createRandom } from '@assay/timebase';
import { describe, expect, test } from 'vitest';
import { okRecord } from '../../test/record-fixture.ts';
import { countDispatch, countRecord, createLiveStats } from '../health/live-stats.ts';
import { toRecordLine } from '../record/record-line.ts';
import { addCounters } from './add-counters.ts';
import { ProgressTape } from './progress-tape.ts';
import type { ShardProgress } from './protocol.ts';
import { createShare } from './share.ts';

describe('progress', () => {
  test('counters and histograms of 1, 2, 4 and 8 workers are those of one, to the bit', () => {
    const stream = createRandom(5).stream('test');
    const records = Array.from({ length: 2000 }, (_, index) => {
      const isOk = stream.uniformAt(index) > 0.1;
      const firstTokenMs = Math.round(stream.exponentialAt(index) * 1e5) / 1e3;
      return okRecord({
        index,
        scheduledMs: 0,
        firstTokenMs,
        outcome: isOk ? 'ok' : 'http',
        code: isOk ? null : index % 2 === 0 ? 'HTTP_503' : 'HTTP_429',
      });
    });
    const alone = createLiveStats();
    for (const record of records) {
      countDispatch(alone, true, record.index / 1000, 1);
      countRecord(alone, record);
    }
    for (const count of [1, 2, 4, 8]) {
      const merged = createLiveStats();
      const parts = Array.from({ length: count }, (_, index) => {
        const share = createShare({ index, count });
        const told: ShardProgress[] = [];
        // The way of a message: text and back.
        const tape = new ProgressTape((progress) => told.push(JSON.parse(JSON.stringify(progress))));
        for (const record of records.filter((each) => share.isMine(each.index))) {
          countDispatch(tape.stats, true, record.index / 1000, 1);
          tape.recorder.record(record);
          countRecord(tape.stats, record);
          if (record.index % 50 === 0) tape.flush();
        }
        tape.flush();
        return told;
      });
      for (const { ttftUs, dispatchLagUs } of parts.flat()) {
        for (const value of ttftUs) merged.ttftUs.record(value);
        for (const value of dispatchLagUs) merged.dispatchLagUs.record(value);
      }
      addCounters(
        merged,
        parts.map((told) => told.at(-1)?.counters).filter((counters) => counters !== undefined),
      );
      expect(histogramToBase64(merged.ttftUs)).toBe(histogramToBase64(alone.ttftUs));
      expect(histogramToBase64(merged.dispatchLagUs)).toBe(histogramToBase64(alone.dispatchLagUs));
      expect(merged.ttftUs.max).toBe(alone.ttftUs.max);
      expect(merged).toMatchObject({ outcomes: alone.outcomes, outcomeCodes: alone.outcomeCodes, offered: 2000 });
      const lines = parts.flatMap((told) => told.map((progress) => progress.lines)).join('');
      const sorted = (text: string): string[] => text.split('\n').toSorted();
      expect(sorted(lines)).toEqual(sorted(records.map(toRecordLine).join('')));
    }
  });

  test('a full batch goes out at once, with the counters of its last record', async () => {
    const told: ShardProgress[] = [];
    const tape = new ProgressTape((progress) => told.push(progress));
    const record = okRecord({ index: 0, message: 'x'.repeat(70_000) });
    tape.recorder.record(record);
    countRecord(tape.stats, record);
    await Promise.resolve();
    expect(told).toMatchObject([{ ended: { measure: [0] }, counters: { offered: 1 } }]);
  });
});

test('shards that were counted apart and merged are one histogram: 1,000 of them', () => {
  const options = { lowest: 1, highest: 3_600_000_000, digits: 3 };
  const stream = createRandom(6).stream('values');
  const alone = createHistogram(options);
  const merged = createHistogram(options);
  for (let shard = 0; shard < 1000; shard++) {
    const part = createHistogram(options);
    for (let at = 0; at < 3; at++) {
      const value = Math.ceil(stream.exponentialAt(shard * 3 + at) * 1e6);
      alone.recordN(value, 33_333);
      part.recordN(value, 33_333);
    }
    merged.merge(part);
  }
  expect(merged.count).toBe(99_999_000);
  expect(histogramToBase64(merged)).toBe(histogramToBase64(alone));
});
