import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ask } from '../test/raw-client.ts';
import { startSimulator } from './simulator.ts';
import { type TruthRecord, toTruthLine } from './truth.ts';

test('nanoseconds are exact integers in the file', () => {
  const record = {
    requestIndex: 1,
    id: 'a"b',
    arrivalNs: 9_007_199_254_740_993n,
    firstTokenNs: null,
  } as unknown as TruthRecord;
  expect(toTruthLine(record)).toBe(
    '{"requestIndex":1,"id":"a\\"b","arrivalNs":9007199254740993,"firstTokenNs":null}\n',
  );
});

test('the truth file has one line per request, in order of their ends', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-truth-'));
  const truthFile = join(folder, 'truth.jsonl');
  try {
    const simulator = await startSimulator({ truthFile, ttftMs: 0, itlMs: 0, faults: 'cut:#1' });
    for (const n of [0, 1, 2]) {
      const headers = `x-request-id: assay-${n}\r\n`;
      await ask(simulator, 'POST', '/v1/completions', { prompt: 'x', max_tokens: 10, stream: true }, { headers });
    }
    await simulator.close();
    const lines = readFileSync(truthFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => [line.id, line.tokens, line.fault, line.end])).toEqual([
      ['assay-0', 10, null, 'complete'],
      ['assay-1', 5, 'cut', 'cut'],
      ['assay-2', 10, null, 'complete'],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
