import type { RequestRecord, ResultsDocument } from '@assay/contracts';
import { type Bins, binOf, type Sample } from './bins.ts';

/** What the charts need, embedded in the page as JSON. Times in seconds from the start of the window, latencies in ms. */
export interface ViewData {
  readonly timeline: {
    readonly atS: readonly number[];
    readonly ttftMs: readonly (number | null)[];
    readonly lateMs: readonly (number | null)[];
    readonly failed: readonly (string | null)[];
    /** Quantiles over buckets of the window. */
    readonly bucketS: readonly number[];
    readonly p50Ms: readonly (number | null)[];
    readonly p95Ms: readonly (number | null)[];
    readonly label: string;
  };
  readonly ttft: Bins | null;
  readonly itl: Bins | null;
  readonly e2e: Bins | null;
  /** Requests in the scatter, of all in the records. */
  readonly shown: number;
  readonly total: number;
}

const POINTS = 3000;
const MOST_BUCKETS = 40;
/** Requests a bucket has on average, at least; one with fewer than half of them shows no quantile. */
const BUCKET_REQUESTS = 20;
const LATE_MS = 1;

/** Every nth of a list so that at most `most` remain; all when they fit. */
export function thin<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  const step = items.length / most;
  return Array.from({ length: most }, (_, index) => items[Math.floor(index * step)]).filter(
    (item): item is T => item !== undefined,
  );
}

const doneMs = (record: RequestRecord): number | null => record.lastTokenMs ?? record.endMs;

/** Figures of the charts; distributions from all records, points thinned with failures kept first. */
export function toViewData(results: ResultsDocument, records: readonly RequestRecord[]): ViewData {
  const measured = records.filter(({ phase }) => phase === 'measure');
  const ok = measured.filter(({ outcome }) => outcome === 'ok');
  const isStreamed = ok.some(({ firstTokenMs }) => firstTokenMs !== null);
  const latency = (record: RequestRecord): number | null => {
    const atMs = isStreamed ? record.firstTokenMs : doneMs(record);
    return atMs === null || record.outcome !== 'ok' ? null : round(atMs - record.scheduledMs);
  };
  const failed = thin(
    measured.filter(({ outcome }) => outcome !== 'ok'),
    POINTS / 3,
  );
  const shown = [...failed, ...thin(ok, POINTS - failed.length)].sort((a, b) => a.scheduledMs - b.scheduledMs);
  const startMs = results.window?.startMs ?? 0;
  return {
    timeline: {
      atS: shown.map(({ scheduledMs }) => round((scheduledMs - startMs) / 1000)),
      ttftMs: shown.map(latency),
      lateMs: shown.map((record) =>
        record.sentMs !== null && record.sentMs - record.scheduledMs > LATE_MS ? latency(record) : null,
      ),
      failed: shown.map(({ outcome, code }) => (outcome === 'ok' ? null : (code ?? outcome))),
      ...buckets(measured, latency, startMs),
      label: isStreamed ? 'Time to first token' : 'End-to-end latency',
    },
    ttft: isStreamed ? binOf(() => valueSamples(ok, latency)) : null,
    itl: binOf(() => gapSamples(ok)),
    e2e: binOf(() => valueSamples(ok, (record) => difference(doneMs(record), record.scheduledMs))),
    shown: shown.length,
    total: measured.length,
  };
}

function difference(atMs: number | null, fromMs: number): number | null {
  return atMs === null ? null : atMs - fromMs;
}

function* valueSamples(
  records: readonly RequestRecord[],
  read: (record: RequestRecord) => number | null,
): Generator<Sample> {
  for (const record of records) {
    const value = read(record);
    if (value !== null) yield { value, weight: 1 };
  }
}

/** A read with n tokens after a gap g is n samples of g/n. */
function* gapSamples(records: readonly RequestRecord[]): Generator<Sample> {
  for (const { arrivals } of records) {
    for (let i = 2; i + 1 < arrivals.length; i += 2) {
      const weight = arrivals[i + 1] ?? 0;
      if (weight > 0) yield { value: (arrivals[i] ?? 0) / weight / 1000, weight };
    }
  }
}

function buckets(
  records: readonly RequestRecord[],
  latency: (record: RequestRecord) => number | null,
  startMs: number,
): Pick<ViewData['timeline'], 'bucketS' | 'p50Ms' | 'p95Ms'> {
  let lastMs = startMs;
  for (const { scheduledMs } of records) lastMs = Math.max(lastMs, scheduledMs);
  const count = Math.max(1, Math.min(MOST_BUCKETS, Math.floor(records.length / BUCKET_REQUESTS)));
  const widthMs = Math.max((lastMs - startMs) / count, 1);
  const groups = Array.from({ length: count }, (): number[] => []);
  for (const record of records) {
    const value = latency(record);
    const index = Math.min(Math.max(Math.floor((record.scheduledMs - startMs) / widthMs), 0), count - 1);
    if (value !== null) groups[index]?.push(value);
  }
  for (const group of groups) group.sort((a, b) => a - b);
  const at = (group: readonly number[], q: number): number | null =>
    group.length < BUCKET_REQUESTS / 2 ? null : (group[Math.ceil(q * group.length) - 1] ?? null);
  return {
    bucketS: groups.map((_, index) => round(((index + 0.5) * widthMs) / 1000)),
    p50Ms: groups.map((group) => at(group, 0.5)),
    p95Ms: groups.map((group) => at(group, 0.95)),
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
