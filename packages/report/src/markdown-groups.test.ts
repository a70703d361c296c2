import type { ResultsDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
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
    tenants: [{ tenant: 'a|b', outcomes: { offered: 12 }, metrics: [ttft] }],
    sessions: { sessions: 5, complete: 4, metrics: [], turns: [{ turn: 0, metrics: [ttft] }] },
  } as unknown as ResultsDocument;
  const rows = groupRows(results);
  expect(rows.find((row) => row.includes('a\\|b'))).toBe('| a\\|b | 12 | 81 | – | – | – | – | – |');
  expect(rows.at(-1)).toBe('| TTFT of turn 1, ms | – | 81 | – |');
  expect(groupRows({} as unknown as ResultsDocument)).toEqual([]);
});
