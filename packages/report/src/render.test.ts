import type { ResultsDocument } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../test/synthetic-results.ts';
import { syntheticRecords, syntheticRun } from '../test/synthetic-run.ts';
import { binOf } from './bins.ts';
import { scriptJson } from './escape.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { summarize } from './terminal-summary.ts';
import { thin, toViewData } from './view-data.ts';

const run = syntheticRun({ name: '</script><img src=x onerror=alert(1)>' });
const results: ResultsDocument = syntheticResults();

describe('renderHtml', () => {
  test('escapes what comes from outside and asks for nothing from outside', () => {
    const html = renderHtml({ run, results, records: syntheticRecords(50) });
    expect(html).not.toContain('<img src=x');
    expect(html.match(/<\/script>/g)).toHaveLength(2);
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    expect(html).not.toContain('@import');
  });

  test('a missing figure is a dash with its reason', () => {
    const html = renderHtml({ run, results, records: [] });
    expect(html).toContain('too few samples');
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined<');
  });

  test('states how many requests are shown of a large run', () => {
    const records = syntheticRecords(4000);
    const html = renderHtml({ run, results, records });
    expect(html).toContain('3\u202f000 of 4\u202f000 requests shown');
    expect(html).toContain('150 of 4000 requests');
    expect(html.length).toBeLessThan(1_500_000);
  });
});

test('script data cannot close its element', () => {
  expect(scriptJson({ a: '</script>\u2028' })).toBe('{"a":"\\u003c/script\\u003e\\u2028"}');
});

test('bins hold every sample and cumulate to what is shown', () => {
  const samples = Array.from({ length: 2000 }, (_, index) => ({
    value: index === 1999 ? 1e6 : index % 100,
    weight: 2,
  }));
  const bins = binOf(() => samples);
  expect(bins).toMatchObject({ samples: 4000, beyond: 2 });
  expect(bins?.cumulated.at(-1)).toBeCloseTo(99.95, 3);
  expect(binOf(() => [])).toBeNull();
});

test('thinning keeps failures and order', () => {
  expect(thin([1, 2, 3, 4, 5, 6], 3)).toEqual([1, 3, 5]);
  const records = syntheticRecords(4000);
  const { timeline } = toViewData(results, records);
  const failures = records.filter(({ outcome }) => outcome !== 'ok').length;
  expect(timeline.failed.filter((code) => code !== null)).toHaveLength(failures);
  expect([...timeline.atS].sort((a, b) => a - b)).toEqual(timeline.atS);
});

test('Markdown and terminal show figures, dashes and verdicts', () => {
  const markdown = renderMarkdown({ run: syntheticRun(), results, records: [] });
  expect(markdown).toContain('| Time to first token (from scheduled) | p50 | 48.31 ms | 46.87 – 49.77 | 984 |');
  expect(markdown).toContain('too few samples');
  const text = summarize(results);
  expect(text).toContain('unknown ttft_ms.p99.9<500 (too few samples)');
  expect(text).toMatch(/TTFT \(from schedule\) +– +48\.31/);
});
