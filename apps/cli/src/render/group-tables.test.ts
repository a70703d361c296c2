import type { Metric, ResultsDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { groupTables } from './group-tables.ts';

const figure = (id: string, statistic: Metric['statistic'], value: number): Metric => ({
  id,
  statistic,
  unit: 'ms',
  state: 'measured',
  value,
  samples: 9,
  source: 'client',
});
const write = (metric: Metric | undefined): string => (metric?.state === 'measured' ? String(metric.value) : 'n/a');
const documentOf = (more: Partial<ResultsDocument>): ResultsDocument => more as ResultsDocument;

test('runs without tenants and conversations have no tables', () => {
  expect(groupTables(documentOf({}), write)).toEqual([]);
});

test('a row for each tenant; a figure that is missing is never 0', () => {
  const tenant = { tenant: 'acme', outcomes: { offered: 12 }, metrics: [figure('ttft_ms', 'p50', 81)] };
  const many = Array.from({ length: 13 }, (_, i) => ({ ...tenant, tenant: `t${i}` }));
  const [, head, row] = groupTables(documentOf({ tenants: [tenant] }), write);
  expect(head?.split(/\s{2,}/)).toEqual(['tenant', 'requests', 'TTFT p50', 'p99', 'req/s', 'tokens/s', 'errors']);
  expect(row?.split(/\s+/)).toEqual(['acme', '12', '81', 'n/a', 'n/a', 'n/a', 'n/a']);
  expect(groupTables(documentOf({ tenants: many }), write).at(-1)).toBe('1 more tenants in results.json');
});

test('conversations as a whole and turn by turn', () => {
  const sessions = {
    sessions: 5,
    complete: 4,
    metrics: [figure('session_duration_ms', 'mean', 2400)],
    turns: [{ turn: 0, metrics: [figure('ttft_ms', 'mean', 100)] }],
  };
  const lines = groupTables(documentOf({ sessions }), write);
  expect(lines[1]).toMatch(/^5 sessions, 4 whole /);
  expect(lines[2]?.trim().split(/\s{2,}/)).toEqual(['whole session, ms', '2400', 'n/a', 'n/a']);
  expect(lines.at(-1)?.split(/\s{2,}/)).toEqual(['turn 1', '100', 'n/a', 'n/a']);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
