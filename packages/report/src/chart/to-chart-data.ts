import type { RequestRecord, ResultsDocument } from '@assay/contracts';
import { findMetric } from '../figure.ts';
import type { ChartData, Distribution, Timeline } from './chart-data.ts';
import { addTokenGaps, createBins } from './distribution.ts';
import { toOverTime } from './over-time.ts';
import { sampleEvenly } from './sample.ts';

const MOST_ROWS = 240;

/** Everything the charts of a page draw. Its size is bounded, whatever the number of records. */
export function toChartData(records: readonly RequestRecord[], results: ResultsDocument): ChartData {
  const ttft = createBins();
  const itl = createBins();
  for (const record of records) {
    if (record.phase !== 'measure' || record.outcome !== 'ok') continue;
    if (record.firstTokenMs !== null) ttft.add(record.firstTokenMs - record.scheduledMs, 1);
    addTokenGaps(itl, record);
  }
  return {
    ttft: ttft.toDistribution(toMarks(results, 'ttft_ms', 'scheduled')),
    itl: itl.toDistribution(toMarks(results, 'itl_ms', undefined)),
    overTime: toOverTime(records, results),
    timeline: toTimeline(records),
  };
}

function toMarks(results: ResultsDocument, id: string, from: 'scheduled' | undefined): Distribution['marks'] {
  return (['p50', 'p90', 'p99'] as const).flatMap((statistic) => {
    const metric = findMetric(results.metrics, id, statistic, from);
    return metric?.state === 'measured' ? [{ label: statistic, value: metric.value }] : [];
  });
}

function toTimeline(records: readonly RequestRecord[]): Timeline {
  const ordered = records.toSorted((a, b) => a.scheduledMs - b.scheduledMs);
  const shown = sampleEvenly(ordered, MOST_ROWS);
  return {
    rows: shown.map((record) => ({
      index: record.index,
      scheduledMs: record.scheduledMs,
      sentMs: record.sentMs,
      firstTokenMs: record.firstTokenMs,
      endMs: record.endMs,
      label: record.code ?? record.outcome,
      isOk: record.outcome === 'ok',
      isWarmup: record.phase === 'warmup',
    })),
    shown: shown.length,
    total: ordered.length,
  };
}
