import type { ResultsDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { groupedResults } from '../test/grouped-results.ts';
import { groupRows } from './markdown-groups.ts';

const ttft = {
  id: 'ttft_ms',
  statistic: 'p50',
  unit: 'ms',
  state: 'measured',
  value: 81,
  samples: 9,
  source: 'client',
} as const;

test('tenants and turns have tables, a figure that is missing is a dash', () => {
  const results = {
    tenants: [{ tenant: 'a|b', outcomes: { offered: 12, ok: 11 }, metrics: [ttft] }],
    sessions: { sessions: 5, complete: 4, metrics: [], turns: [{ turn: 0, metrics: [ttft] }] },
  } as unknown as ResultsDocument;
  const rows = groupRows(results);
  expect(rows.find((row) => row.includes('a\\|b'))).toBe('| a\\|b | 12 | 1 | 81 |');
  expect(rows.at(-1)).toBe('| turn 1 | – | – | 81 |');
  expect(groupRows({} as unknown as ResultsDocument)).toEqual([]);
});

test('intervals stand behind their figures', () => {
  const rows = groupRows(groupedResults());
  expect(rows.find((row) => row.startsWith('| turn | '))).toContain(
    '| TTFT, ms p50 | TTFT, ms p99 | inter-token, ms p50 |',
  );
  expect(rows.find((row) => row.startsWith('| turn 1 |'))).toContain('| 410 | 0 | 81.25 (73.13 – 89.38) |');
});
