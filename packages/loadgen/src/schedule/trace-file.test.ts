import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createSchedule } from './schedule.ts';
import { parseTrace, readTrace } from './trace-file.ts';

const AZURE = `TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 23:59:59.5000000,374,44
2023-11-17 00:00:00.2500000,396,109
`;

describe('parseTrace', () => {
  test('Azure CSV', () => {
    expect(parseTrace(AZURE, 'a.csv')).toEqual([
      { offsetMs: 0, inputTokens: 374, outputTokens: 44, hashIds: undefined },
      { offsetMs: 750, inputTokens: 396, outputTokens: 109, hashIds: undefined },
    ]);
  });

  test('29 February of a leap year, and a leap second', () => {
    const rows = parseTrace('TIMESTAMP\n2024-02-28 23:59:59\n2024-02-29 00:00:00\n2024-02-29 00:00:60\n', 'a');
    expect(rows.map(({ offsetMs }) => offsetMs)).toEqual([0, 1000, 61_000]);
  });

  test('Mooncake JSONL', () => {
    const text = '{"timestamp": 5, "input_length": 6758, "output_length": 500, "hash_ids": [0, 1]}\r\n';
    expect(parseTrace(text, 'm')).toEqual([{ offsetMs: 0, inputTokens: 6758, outputTokens: 500, hashIds: [0, 1] }]);
  });

  test('plain JSONL', () => {
    const rows = parseTrace('{"offset_ms":0}\n\n{"offset_ms":12.5,"input_tokens":3,"output_tokens":4}\n', 'p');
    expect(rows.map((row) => row.offsetMs)).toEqual([0, 12.5]);
  });

  test.each([
    ['not JSON', '{"timestamp":0}\n{"timestamp":\n', 'f:2:14: '],
    ['a word that JSON does not know', '{"timestamp":0}\n{"timestamp": yesterday}\n', 'f:2:15: '],
    ['no time', '{"timestamp":0}\n{"input_length":3}\n', 'f:2:1: '],
    ['time goes back', '{"timestamp":5}\n{ "timestamp":3}\n', 'f:2:3: '],
    ['hash_ids not whole', '{"timestamp":5,"hash_ids":[0.5]}\n', 'f:1:16: '],
    ['bad CSV time', `${AZURE}yesterday,1,2\n`, 'f:4:1: '],
    ['month 13', `${AZURE}2023-13-46 18:15:50.6805900,5,44\n`, 'f:4:1: '],
    ['30 February', `${AZURE}2023-02-30 00:00:00,5,44\n`, 'f:4:1: '],
    ['29 February of a common year', `${AZURE}2100-02-29 00:00:00,5,44\n`, 'f:4:1: '],
    ['month and day 0', `${AZURE}2024-00-00 00:00:00,5,44\n`, 'f:4:1: '],
    ['hour 24', `${AZURE}2023-11-17 24:00:00,5,44\n`, 'f:4:1: '],
    ['minute 99', `${AZURE}2023-11-17 00:99:00,5,44\n`, 'f:4:1: '],
    ['second 61', `${AZURE}2023-11-17 00:00:61,5,44\n`, 'f:4:1: '],
    ['bad CSV count', `${AZURE}2023-11-17 00:00:01, x,2\n`, 'f:4:22: '],
    ['missing CSV cell', `${AZURE}2023-11-17 00:00:01\n`, 'f:4:20: '],
    ['unknown header', 'a,b\n1,2\n', 'f:1:1: '],
    ['empty', '', 'f:1:1: '],
  ])('%s: file, line and column', (_, text, where) => {
    expect(() => parseTrace(text, 'f')).toThrowError(where);
    expect(() => parseTrace(text, 'f')).toThrowError(expect.objectContaining({ code: 'TRACE_INVALID' }));
  });

  test('a file that is not there', () => {
    expect(() => readTrace('/nowhere/trace.csv')).toThrowError(expect.objectContaining({ code: 'TRACE_UNREADABLE' }));
  });
});

describe('trace schedule', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-trace-'));
  const file = join(folder, 'a.csv');
  writeFileSync(file, AZURE);
  afterAll(() => rmSync(folder, { recursive: true }));

  test('needs no bound, scales time, takes a bound', () => {
    const schedule = createSchedule({ kind: 'trace', file, timeScale: 3 }, 0, {
      requests: undefined,
      durationMs: undefined,
    });
    if (schedule.kind !== 'open') throw new Error('not open');
    expect([schedule.count, schedule.offsetMsAt(0), schedule.offsetMsAt(1), schedule.endMs]).toEqual([2, 0, 250, 500]);
    const first = createSchedule({ kind: 'trace', file, timeScale: 3 }, 0, { requests: 1, durationMs: undefined });
    expect(first.count).toBe(1);
  });
});
