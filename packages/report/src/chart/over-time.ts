import type { RequestRecord, ResultsDocument } from '@assay/contracts';
import type { OverTime } from './chart-data.ts';
import { sampleEvenly } from './sample.ts';

const MOST_POINTS = 4000;
const MOST_MARKS = 2000;
const MOST_BINS = 60;
const LEAST_PER_BIN = 10;
/** Sending later than this after the due time is marked, milliseconds. */
const LATE_MS = 1;

interface Point {
  readonly atMs: number;
  readonly valueMs: number;
}

/** Latency from the due time by the due time, with the requests that failed and those sent late. */
export function toOverTime(records: readonly RequestRecord[], results: ResultsDocument): OverTime {
  const measured = records.filter((record) => record.phase === 'measure');
  const isStreamed = measured.some((record) => record.firstTokenMs !== null);
  const points = measured.flatMap((record) => toPoint(record, isStreamed)).sort((a, b) => a.atMs - b.atMs);
  const shown = sampleEvenly(points, MOST_POINTS);
  const errors = measured
    .filter((record) => record.outcome !== 'ok')
    .map((record) => ({ atMs: record.scheduledMs, label: record.code ?? record.outcome }));
  const isLateFound = results.validity.findings.some(({ code }) => code === 'LATE_DISPATCH');
  const late = isLateFound
    ? measured.filter(({ sentMs, scheduledMs }) => sentMs !== null && sentMs - scheduledMs > LATE_MS)
    : [];
  return {
    window: results.window,
    kind: isStreamed ? 'ttft' : 'e2e',
    points: { atMs: shown.map(({ atMs }) => atMs), valueMs: shown.map(({ valueMs }) => valueMs) },
    shown: shown.length,
    total: points.length,
    bins: toBins(points),
    errors: sampleEvenly(errors, MOST_MARKS),
    errorsTotal: errors.length,
    lateAtMs: sampleEvenly(late, MOST_MARKS).map(({ scheduledMs }) => scheduledMs),
    lateTotal: late.length,
  };
}

function toPoint(record: RequestRecord, isStreamed: boolean): readonly Point[] {
  const untilMs = isStreamed ? record.firstTokenMs : record.endMs;
  if (record.outcome !== 'ok' || untilMs === null) return [];
  return [{ atMs: record.scheduledMs, valueMs: Math.round((untilMs - record.scheduledMs) * 1000) / 1000 }];
}

/** Quantiles of equal spans of time; a span with too few requests has none. */
function toBins(points: readonly Point[]): OverTime['bins'] {
  const startMs = points[0]?.atMs ?? 0;
  const spanMs = (points.at(-1)?.atMs ?? 0) - startMs;
  const binCount = Math.min(MOST_BINS, Math.floor(points.length / LEAST_PER_BIN));
  if (binCount < 2 || spanMs <= 0) return { atMs: [], p50Ms: [], p99Ms: [] };
  const widthMs = spanMs / binCount;
  const bins = Array.from({ length: binCount }, (): number[] => []);
  for (const { atMs, valueMs } of points)
    bins[Math.min(binCount - 1, Math.floor((atMs - startMs) / widthMs))]?.push(valueMs);
  for (const bin of bins) bin.sort((a, b) => a - b);
  return {
    atMs: bins.map((_, bin) => Math.round((startMs + (bin + 0.5) * widthMs) * 1000) / 1000),
    p50Ms: bins.map((bin) => quantile(bin, 0.5)),
    p99Ms: bins.map((bin) => quantile(bin, 0.99)),
  };
}

function quantile(sorted: readonly number[], q: number): number | null {
  if (sorted.length < LEAST_PER_BIN / 2) return null;
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? null;
}
