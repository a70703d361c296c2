import { codeThrownBy } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { createHistogram } from './histogram.ts';
import { histogramFromBase64, histogramToBase64 } from './histogram-text.ts';

const OPTIONS = { lowest: 1, highest: 3_600_000_000, digits: 3 };

describe('histogram', () => {
  it('counts beyond 32 bits', () => {
    const histogram = createHistogram(OPTIONS);
    histogram.recordN(5, 2 ** 40);
    histogram.recordN(7, 2 ** 33);
    expect(histogram.count).toBe(2 ** 40 + 2 ** 33);
    expect(histogram.quantile(0.9)).toBe(5);
    expect(histogram.quantile(1)).toBe(7);
  });

  it('keeps zero and rounds fractions', () => {
    const histogram = createHistogram(OPTIONS);
    histogram.record(0);
    histogram.record(0.4);
    histogram.record(2.6);
    expect([histogram.min, histogram.quantile(0.5), histogram.max, histogram.mean]).toEqual([0, 0, 3, 1]);
    histogram.reset();
    expect(histogram.count).toBe(0);
  });

  it('says what is wrong', async () => {
    const histogram = createHistogram(OPTIONS);
    expect(await codeThrownBy(() => histogram.mean)).toBe('STATS_EMPTY');
    expect(await codeThrownBy(() => histogram.quantile(0.5))).toBe('STATS_EMPTY');
    expect(await codeThrownBy(() => histogram.record(-1))).toBe('STATS_OUT_OF_RANGE');
    expect(await codeThrownBy(() => histogram.record(Number.NaN))).toBe('STATS_OUT_OF_RANGE');
    expect(await codeThrownBy(() => histogram.record(OPTIONS.highest + 1))).toBe('STATS_OUT_OF_RANGE');
    expect(await codeThrownBy(() => histogram.recordN(1, 0.5))).toBe('STATS_INVALID_ARGUMENT');
    expect(await codeThrownBy(() => histogram.merge(createHistogram({ ...OPTIONS, digits: 2 })))).toBe(
      'STATS_INCOMPATIBLE',
    );
    expect(await codeThrownBy(() => createHistogram({ ...OPTIONS, digits: 6 }))).toBe('STATS_INVALID_ARGUMENT');
    expect(await codeThrownBy(() => histogramFromBase64('no histogram', OPTIONS))).toBe('STATS_MALFORMED');
    expect(await codeThrownBy(() => histogramFromBase64('', OPTIONS))).toBe('STATS_MALFORMED');
    expect(
      await codeThrownBy(() =>
        histogramFromBase64(histogramToBase64(createHistogram(OPTIONS)), { ...OPTIONS, digits: 2 }),
      ),
    ).toBe('STATS_INCOMPATIBLE');
  });
});
