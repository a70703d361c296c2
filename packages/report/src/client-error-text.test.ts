import type { Metric } from '@assay/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { syntheticResults } from '../test/synthetic-results.ts';
import { syntheticRun } from '../test/synthetic-run.ts';
import { besideClientError, clientErrorText } from './client-error-text.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { summarize } from './terminal-summary.ts';

const metric = (clientErrorMs: number | undefined, widthMs?: number): Metric => ({
  id: 'ttft_ms',
  statistic: 'p50',
  unit: 'ms',
  state: 'measured',
  value: 50,
  samples: 100,
  source: 'client',
  ...(widthMs === undefined
    ? {}
    : { interval: { low: 50, high: 50 + widthMs, level: 0.95, method: 'order-statistic' } }),
  ...(clientErrorMs === undefined ? {} : { clientErrorMs }),
});

test.each([
  [0, '0', '0'],
  [0.00001, '0.0001', '0.01'],
  [0.0412, '0.042', '0.05'],
  [0.29, '0.29', '0.29'],
  [0.2134, '0.22', '0.22'],
  [1.401, '1.5', '1.5'],
  [12, '12', '12'],
  [123.4, '130', '130'],
])('a bound of %d ms is printed as %s, in a narrow column as %s', (ms, bound, short) => {
  expect(clientErrorText(metric(ms))).toMatchObject({ bound, short });
});

test('what is printed is a bound: never below, and less than a tenth above', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 60_000, noNaN: true }), (ms) => {
      const { bound = '', short = '' } = clientErrorText(metric(ms)) ?? {};
      expect(Number(bound)).toBeGreaterThanOrEqual(ms * (1 - 1e-8));
      expect(Number(bound)).toBeLessThanOrEqual(ms * 1.1 + 1e-4);
      expect(Number(short)).toBeGreaterThanOrEqual(ms * (1 - 1e-8));
    }),
  );
});

test('nothing is said where nothing is known', () => {
  expect(clientErrorText(metric(undefined))).toBeUndefined();
  expect(clientErrorText(undefined)).toBeUndefined();
  expect(besideClientError('50.00', metric(undefined))).toBe('50.00      ');
});

test('a bound larger than its interval is marked, one without an interval is not', () => {
  expect(clientErrorText(metric(0.2, 0.1))).toMatchObject({
    isOverInterval: true,
    explanation: expect.stringContaining('more than the interval is wide'),
  });
  expect(clientErrorText(metric(0.2, 0.3))).toMatchObject({ isOverInterval: false });
  expect(clientErrorText(metric(0.2))).toMatchObject({ isOverInterval: false });
});

describe('the reports', () => {
  const results = syntheticResults();
  const unbounded = {
    ...results,
    metrics: results.metrics.map((each) => {
      const { clientErrorMs: _, ...rest } = each as Metric & { clientErrorMs?: number };
      return rest;
    }),
  };

  test('HTML has the bound beside the figure of the headline and of the table', async () => {
    const html = await renderHtml({ run: syntheticRun(), results }, () => []);
    expect(html.match(/<span class="client" title="[^"]+">client ≤ 0\.22 ms</g)).toHaveLength(1);
    expect(html.match(/<small class="client" title="[^"]+">client ≤ 0\.22</g)).toHaveLength(1);
    expect(html.match(/<span class="client over" title="[^"]+">client ≤ 1\.5 ms</g)).toHaveLength(1);
    expect(html).toContain('upper bound of the client’s own error');
  });

  test('without bounds nothing speaks of them', async () => {
    const html = await renderHtml({ run: syntheticRun(), results: unbounded }, () => []);
    expect(html).not.toMatch(/client ≤/);
    expect(summarize(unbounded)).not.toContain('±');
    expect(renderMarkdown({ run: syntheticRun(), results: unbounded })).not.toContain('≤');
  });
});
