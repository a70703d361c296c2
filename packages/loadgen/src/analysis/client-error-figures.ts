import type { Finding, Metric } from '@assay/contracts';
import { clientErrorMs } from '../client-error/client-error.ts';
import type { RunSamples } from './run-samples.ts';

/** Latencies whose error decides whether a strict run passes. */
const JUDGED: ReadonlySet<string> = new Set(['ttft_ms', 'itl_ms']);

/** The figures, each latency with the bound of what the client added to it. */
export function withClientErrors(metrics: readonly Metric[], samples: RunSamples): Metric[] {
  const readDelay = samples.run.clientHealth?.readDelay;
  const answers = samples.gaps.requestMeansMs.length;
  const gapsPerAnswer = answers === 0 ? 0 : samples.gaps.count / answers;
  return metrics.map((metric) => {
    if (metric.state !== 'measured') return metric;
    const boundMs = clientErrorMs(readDelay, metric, gapsPerAnswer);
    return boundMs === undefined ? metric : { ...metric, clientErrorMs: Number(boundMs.toPrecision(6)) };
  });
}

/** `CLIENT_ERROR` where the client may have added more than the interval is wide, `CLIENT_ERROR_UNKNOWN` where nothing bounds it. */
export function clientErrorFindings(metrics: readonly Metric[]): Finding[] {
  const judged = metrics.filter((metric) => metric.state === 'measured' && JUDGED.has(metric.id));
  if (judged.length === 0) return [];
  if (!judged.some((metric) => metric.state === 'measured' && metric.clientErrorMs !== undefined)) {
    const message = 'nothing bounds what the client itself added to the latencies: it was not measured in this run';
    return [{ code: 'CLIENT_ERROR_UNKNOWN', severity: 'notes', message }];
  }
  const wide = judged.flatMap((metric) => {
    if (metric.state !== 'measured' || metric.interval === undefined || metric.clientErrorMs === undefined) return [];
    const widthMs = metric.interval.high - metric.interval.low;
    return metric.clientErrorMs > widthMs ? [{ ...metric, boundMs: metric.clientErrorMs, widthMs }] : [];
  });
  const worst = wide.toSorted((a, b) => b.boundMs / b.widthMs - a.boundMs / a.widthMs)[0];
  if (worst === undefined) return [];
  const message =
    `the client may have added up to ${worst.boundMs.toFixed(2)} ms to ${worst.id} ${worst.statistic}, more than the ` +
    `${worst.widthMs.toFixed(2)} ms of its interval; so for ${wide.length} figures`;
  return [{ code: 'CLIENT_ERROR', severity: 'notes', message }];
}
