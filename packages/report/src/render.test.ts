import type { ResultsDocument } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../test/synthetic-results.ts';
import { syntheticRecords, syntheticRun } from '../test/synthetic-run.ts';
import { BinCounter, EdgeFinder } from './bins.ts';
import { digestRecords } from './digest-records.ts';
import { scriptJson } from './escape.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { summarize } from './terminal-summary.ts';
import { Thinning } from './thinning.ts';

const run = syntheticRun({ name: '</script><img src=x onerror=alert(1)>' });
const results: ResultsDocument = syntheticResults();

describe('renderHtml', () => {
  test('escapes what comes from outside and asks for nothing from outside', async () => {
    const records = syntheticRecords(50);
    const html = await renderHtml({ run, results }, () => records);
    expect(html).not.toContain('<img src=x');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    expect(html).not.toContain('@import');
  });

  test('a missing figure is a dash with its reason', async () => {
    const html = await renderHtml({ run, results }, () => []);
    expect(html).toContain('too few samples');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined<');
  });

  test('states how many requests are shown of a large run', async () => {
    const records = syntheticRecords(4000);
    const html = await renderHtml({ run, results }, () => records);
    expect(html).toContain('3\u202f000 of 4\u202f000 requests shown');
    expect(html).toContain('150 of 4000 requests (at most 150)');
    expect(html.length).toBeLessThan(1_500_000);
  });
});

test('script data cannot close its element', () => {
  expect(scriptJson({ a: '</script>\u2028' })).toBe('{"a":"\\u003c/script\\u003e\\u2028"}');
});

test('bins hold every sample and cumulate to what is shown', () => {
  const values = Array.from({ length: 2000 }, (_, index) => (index === 1999 ? 1e6 : index % 100));
  const finder = new EdgeFinder();
  for (const value of values) finder.add(value, 2);
  const counter = new BinCounter(finder.edges());
  for (const value of values) counter.add(value, 2);
  const bins = counter.bins();
  expect(bins).toMatchObject({ samples: 4000, beyond: 2 });
  expect(bins?.cumulated.at(-1)).toBeCloseTo(99.95, 3);
  expect(new BinCounter(new EdgeFinder().edges()).bins()).toBeNull();
});

test('thinning takes evenly spaced items, or all that fit', () => {
  const thin = (total: number, most: number): readonly number[] => {
    const thinning = new Thinning<number>(total, most);
    for (let item = 1; item <= total; item++) thinning.offer(() => item);
    return thinning.taken;
  };
  expect(thin(6, 3)).toEqual([1, 3, 5]);
  expect(thin(7, 3)).toEqual([1, 3, 5]);
  expect(thin(2, 3)).toEqual([1, 2]);
  expect(thin(0, 3)).toEqual([]);
  expect(thin(4000, 150)).toHaveLength(150);
});

describe('the digest of records', () => {
  const records = syntheticRecords(4000);

  test('keeps failures and order, and takes no more than it says', async () => {
    const { view, rows } = await digestRecords(results, () => records);
    const failures = records.filter(({ outcome }) => outcome !== 'ok').length;
    expect(view.timeline.failed.filter((code) => code !== null)).toHaveLength(failures);
    expect([...view.timeline.atS].sort((a, b) => a - b)).toEqual(view.timeline.atS);
    expect(view.timeline.atS).toHaveLength(3000);
    expect(rows).toHaveLength(150);
  });

  test('holds distributions and quantiles of all records, whatever their order', async () => {
    const { view } = await digestRecords(results, () => records);
    const reversed = await digestRecords(results, () => records.toReversed());
    const ok = records.filter(({ outcome }) => outcome === 'ok');
    expect(view.ttft?.samples).toBe(ok.length);
    expect(view.e2e?.samples).toBe(ok.length);
    expect(reversed.view.ttft).toEqual(view.ttft);
    expect(reversed.view.itl).toEqual(view.itl);
    expect(reversed.view.timeline.p95Ms).toEqual(view.timeline.p95Ms);
    expect(reversed.rows.map(({ scheduledMs }) => scheduledMs)).toEqual(
      reversed.rows.map(({ scheduledMs }) => scheduledMs).toSorted((a, b) => a - b),
    );
  });

  test('draws medians over time within half a percent of the exact ones', async () => {
    const { view } = await digestRecords(results, () => records);
    const { bucketS, p50Ms } = view.timeline;
    const widthMs = 2000 * (bucketS[0] ?? 0);
    const startMs = results.window?.startMs ?? 0;
    const first = records.filter(({ outcome, scheduledMs }) => outcome === 'ok' && scheduledMs - startMs < widthMs);
    const values = first
      .map(({ firstTokenMs, scheduledMs }) => (firstTokenMs ?? 0) - scheduledMs)
      .sort((a, b) => a - b);
    const exactMs = values[Math.ceil(values.length / 2) - 1] ?? 0;
    expect(Math.abs((p50Ms[0] ?? 0) / exactMs - 1)).toBeLessThan(0.005);
  });
});

test('Markdown and terminal show figures, dashes and verdicts', () => {
  const markdown = renderMarkdown({ run: syntheticRun(), results });
  expect(markdown).toContain(
    '| Time to first token (from scheduled) | p50 | 48.31 ms | 46.87 – 49.77 | ≤ 0.22 ms | 984 |',
  );
  expect(markdown).toContain('too few samples');
  const text = summarize(results);
  expect(text).toContain('unknown ttft_ms.p99.9<500 (too few samples)');
  expect(text).toMatch(/TTFT \(from schedule\) +– +48\.31 ±0\.22 +–/);
  for (const line of text.split('\n').filter((each) => each.includes('±'))) expect(line.length).toBeLessThanOrEqual(80);
});
