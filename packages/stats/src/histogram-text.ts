import { decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import { StatsError } from './errors.ts';
import { createHistogram, type Histogram, type HistogramOptions, sourceOf } from './histogram.ts';

const COUNT_BITS = 64;

/** HdrHistogram's V2 compressed encoding, readable by its other implementations; throws `STATS_INCOMPATIBLE` for a histogram that was not made by `createHistogram`. */
export function histogramToBase64(histogram: Histogram): string {
  const source = sourceOf(histogram);
  if (source === undefined)
    throw new StatsError('STATS_INCOMPATIBLE', 'this histogram was not made by createHistogram');
  return encodeIntoCompressedBase64(source);
}

/**
 * A histogram from {@link histogramToBase64} made with the same options; throws `STATS_MALFORMED` for other text and
 * `STATS_INCOMPATIBLE` for other options.
 * The encoding holds counts only, so `max`, and a quantile that is the largest value, come back to `digits` digits.
 */
export function histogramFromBase64(text: string, options: HistogramOptions): Histogram {
  let decoded: ReturnType<typeof decodeFromCompressedBase64>;
  try {
    decoded = decodeFromCompressedBase64(text, COUNT_BITS, false);
  } catch (cause: unknown) {
    throw new StatsError('STATS_MALFORMED', 'the text is no encoded histogram', { cause });
  }
  if (!(decoded instanceof JsHistogram) || !isLike(decoded, options)) {
    throw new StatsError('STATS_INCOMPATIBLE', 'the encoded histogram was made with other options');
  }
  const histogram = createHistogram(options);
  sourceOf(histogram)?.add(decoded);
  return histogram;
}

function isLike(decoded: JsHistogram, { lowest, highest, digits }: HistogramOptions): boolean {
  return (
    decoded.numberOfSignificantValueDigits === digits &&
    decoded.lowestDiscernibleValue === lowest &&
    decoded.highestTrackableValue === highest
  );
}
