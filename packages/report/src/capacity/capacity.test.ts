import type { CapacityDocument, CapacityProbe } from '@assay/contracts';
import { describe, expect, test } from 'vitest';
import { renderCapacityHtml, renderCapacityMarkdown, summarizeCapacity } from './render-capacity.ts';

/** A probe in which no request met the objective. */
const refused: CapacityProbe = {
  directory: 'probe-01',
  plannedPerSecond: 20,
  ratePerSecond: 20,
  verdict: 'fail',
  leansTo: 'fail',
  stop: 'fail',
  durationMs: 2000,
  requests: 40,
  goodputPerSecond: 0,
  deliveredPerSecond: null,
  validity: 'untrustworthy',
  objectives: [
    {
      objective: 'ttft_ms.p99<0',
      kind: 'share',
      bound: 0.01,
      value: 1,
      low: 0.88,
      high: 1,
      level: 0.995,
      figure: null,
    },
  ],
};

const document: CapacityDocument = {
  schema: 'assay/capacity/v1',
  name: 'search',
  startedAt: '2026-01-01T00:00:00.000Z',
  target: 'http://127.0.0.1:8000',
  model: 'm',
  objectives: ['ttft_ms.p99<0'],
  arrivals: 'constant',
  tolerance: 0.05,
  error: 0.05,
  end: 'below',
  ratePerSecond: null,
  low: null,
  high: 20,
  probes: [refused],
};

describe('a search that ends without a capacity', () => {
  const zero: CapacityProbe = { ...refused, objectives: [{ ...refused.objectives[0]!, figure: 0 }] };

  test.each([
    ['one probe, nothing good', [refused]],
    ['every figure 0', [zero]],
    ['two probes at one rate', [zero, { ...zero, directory: 'probe-02' }]],
    ['no probe', []],
  ])('%s: the report is drawn', (_, probes) => {
    const html = renderCapacityHtml({ ...document, probes });
    expect(html).toContain('capacity not found');
    expect(html).not.toMatch(/NaN|Infinity|undefined/);
    expect(renderCapacityMarkdown({ ...document, probes })).toContain('no rate was shown to meet the objectives');
  });

  test.each([
    [{ end: 'below', low: null, high: 20 }, 'capacity not found: below 20/s (missed)'],
    [{ end: 'above', low: 32, high: null }, 'capacity not found: above 32/s (met)'],
    [{ end: 'wide', low: 10, high: 40 }, 'capacity not found: between 10/s (met) and 40/s (missed)'],
    [{ end: 'wide', low: null, high: null }, 'capacity not found: no rate was decided'],
  ] as const)('%j: the headline says what is known', (known, text) => {
    expect(summarizeCapacity({ ...document, ...known }, 'runs/x')).toContain(text);
  });
});
