import type { Finding, Metric, ResultsDocument } from '@assay/contracts';
import {
  distributionOf,
  distributionOfGaps,
  intervalOfBlocks,
  measuredFigure,
  NumberColumn,
  ratesOfBlocks,
  TokenGaps,
  unavailableFigure,
} from '@assay/loadgen';
import { proportionInterval, sampleFloor } from '@assay/stats';
import { gapArrivals } from './gap-arrivals.ts';
import { type ImportedRequest, type ImportedRun, type PrintedFigure, toolText } from './imported-run.ts';

const STATISTICS = ['mean', 'min', 'max', 'stddev', 'p50', 'p90', 'p95', 'p99', 'p99.9'] as const;
const QUANTILES: Readonly<Record<string, number>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, 'p99.9': 0.999 };

/**
 * The result of another tool as a results document. Figures follow docs/metrics.md where the tool recorded what they need, and are unavailable
 * where it did not: `SCHEDULE_UNKNOWN`, `NOT_RECORDED`. Quantiles of its own stand only above the floor of their samples.
 */
export function importResults(run: ImportedRun): ResultsDocument {
  const { failed, ok } = run;
  const count = (kind: keyof typeof failed): number => failed[kind] ?? 0;
  const offered = Object.values(failed).reduce((sum, each) => sum + each, ok);
  const metrics = metricsOf(run, offered);
  const findings = [...commonFindings(run, offered), ...run.findings];
  const isLimited = findings.some(({ severity }) => severity === 'limits');
  return {
    schema: 'assay/results/v1',
    run: {
      name: `${run.name} (${toolText(run)})`,
      startedAt: run.startedAt ?? 'unknown',
      target: run.target,
      model: run.model,
      backend: 'unknown',
      api: run.api ?? 'unknown',
      status: 'imported',
    },
    window: run.durationMs > 0 ? { startMs: 0, endMs: run.durationMs } : null,
    outcomes: {
      offered,
      ok,
      http: count('http'),
      timeout: count('timeout'),
      network: count('network'),
      protocol: count('protocol'),
      aborted: count('aborted'),
      dropped: count('dropped'),
    },
    outcomeCodes: Object.fromEntries(Object.entries(run.outcomeCodes).sort(([a], [b]) => (a < b ? -1 : 1))),
    metrics,
    validity: { verdict: ok === 0 ? 'untrustworthy' : isLimited ? 'limited' : 'trustworthy', findings },
    slo: [],
  };
}

function metricsOf(run: ImportedRun, offered: number): Metric[] {
  const { requests, durationMs, ok } = run;
  const column = (pick: (request: ImportedRequest) => number | null): NumberColumn => {
    const values = new NumberColumn();
    for (const request of requests ?? []) {
      const value = pick(request);
      if (value !== null) values.push(value);
    }
    return values;
  };
  /** From the requests; else what the tool computed. */
  const latency = (id: PrintedFigure['id'], values: NumberColumn, from?: 'sent'): Metric[] =>
    values.length > 0
      ? distributionOf({ id, unit: 'ms', emptyReason: 'NOT_RECORDED', ...(from && { from }) }, values)
      : printed(run, id, from);
  const scheduled = (id: string, pick: (request: ImportedRequest) => number | null): Metric[] =>
    distributionOf({ id, unit: 'ms', from: 'scheduled', emptyReason: 'SCHEDULE_UNKNOWN' }, column(pick));
  const sinceDue = (request: ImportedRequest, latencyMs: number | null): number | null =>
    request.dueMs === null || request.sentMs === null || latencyMs === null
      ? null
      : request.sentMs - request.dueMs + latencyMs;
  const gaps = new TokenGaps();
  for (const { gapsMs } of requests ?? []) if (gapsMs !== null) gaps.add({ arrivals: gapArrivals(gapsMs) });
  const missing = (id: string, unit: string): Metric[] =>
    distributionOf({ id, unit, emptyReason: 'NOT_RECORDED' }, new NumberColumn());
  return [
    ...scheduled('ttft_ms', (request) => sinceDue(request, request.ttftMs)),
    ...latency(
      'ttft_ms',
      column(({ ttftMs }) => ttftMs),
      'sent',
    ),
    // Where some gaps are between events of several tokens, the others alone would be a choice.
    ...(isEveryGapKnown(requests)
      ? distributionOfGaps({ id: 'itl_ms', unit: 'ms', emptyReason: 'NOT_RECORDED' }, gaps)
      : missing('itl_ms', 'ms')),
    ...latency(
      'tpot_ms',
      column(({ tpotMs }) => tpotMs),
    ),
    ...scheduled('e2e_latency_ms', (request) => sinceDue(request, request.e2eMs)),
    ...latency(
      'e2e_latency_ms',
      column(({ e2eMs }) => e2eMs),
      'sent',
    ),
    ...distributionOf(
      { id: 'send_lag_ms', unit: 'ms', emptyReason: 'SCHEDULE_UNKNOWN' },
      column((request) => sinceDue(request, 0)),
    ),
    ...missing('connect_ms', 'ms'),
    rateOf(run),
    plainRate('output_tokens_per_second', 'tokens/s', run.outputTokensPerSecond, ok, 'NOT_RECORDED'),
    ...tokens(
      'input_tokens',
      column(({ inputTokens }) => inputTokens),
      run.inputTokens,
      ok,
    ),
    ...tokens(
      'output_tokens',
      column(({ outputTokens }) => outputTokens),
      run.outputTokens,
      ok,
    ),
    plainRate('goodput_requests_per_second', '1/s', run.goodRequestsPerSecond, offered, 'NO_SLO'),
    offered === 0
      ? unavailableFigure(ERROR_RATIO, 'NO_REQUESTS', 0)
      : measuredFigure(ERROR_RATIO, (offered - ok) / offered, offered, proportionInterval(offered - ok, offered)),
    concurrencyOf(
      column(({ e2eMs }) => e2eMs),
      durationMs,
      ok,
    ),
  ];
}

const ERROR_RATIO = { id: 'error_ratio', statistic: 'ratio', unit: 'ratio' } as const;

/** Whether every request with more than one token has its gaps. */
export const isEveryGapKnown = (requests: readonly ImportedRequest[] | null): boolean =>
  (requests ?? []).some(({ gapsMs }) => gapsMs !== null) &&
  (requests ?? []).every(({ gapsMs, outputTokens }) => gapsMs !== null || (outputTokens ?? 0) <= 1);

function printed(run: ImportedRun, id: PrintedFigure['id'], from: 'sent' | undefined): Metric[] {
  return STATISTICS.map((statistic) => {
    const name = { id, statistic, unit: 'ms', ...(from && { from }) };
    const figure = run.figures.find((each) => each.id === id && each.statistic === statistic);
    if (figure === undefined) return unavailableFigure(name, 'NOT_RECORDED', run.ok);
    const q = QUANTILES[statistic];
    if (run.ok === 0 || (q !== undefined && run.ok < sampleFloor(q))) {
      return unavailableFigure(name, 'TOO_FEW_SAMPLES', run.ok);
    }
    return measuredFigure(name, figure.value, run.ok);
  });
}

function rateOf({ requestsPerSecond, requests, durationMs, ok }: ImportedRun): Metric {
  const name = { id: 'requests_per_second', statistic: 'rate', unit: '1/s' } as const;
  if (requestsPerSecond === null) return unavailableFigure(name, 'NOT_RECORDED', ok);
  const ends = (requests ?? []).flatMap(({ sentMs, e2eMs }) =>
    sentMs === null || e2eMs === null ? [] : [sentMs + e2eMs, 1],
  );
  // As for a run: below 40 requests twenty blocks tell nothing.
  const isEnough = ends.length >= 80 && durationMs > 0;
  const interval = isEnough ? intervalOfBlocks(ratesOfBlocks(ends, 0, durationMs), requestsPerSecond) : undefined;
  return measuredFigure(name, requestsPerSecond, ok, interval);
}

function plainRate(id: string, unit: string, value: number | null, samples: number, reason: string): Metric {
  const name = { id, statistic: 'rate', unit } as const;
  return value === null ? unavailableFigure(name, reason, samples) : measuredFigure(name, value, samples);
}

function tokens(id: string, column: NumberColumn, total: number | null, ok: number): Metric[] {
  const name = { id, statistic: 'total', unit: 'tokens' } as const;
  return [
    ...distributionOf({ id, unit: 'tokens', emptyReason: 'NOT_RECORDED' }, column),
    total === null ? unavailableFigure(name, 'NOT_RECORDED', ok) : measuredFigure(name, total, ok),
  ];
}

/** Time average of the ok requests: failed ones have no known end. */
function concurrencyOf(latencies: NumberColumn, durationMs: number, ok: number): Metric {
  const name = { id: 'concurrency', statistic: 'mean', unit: 'requests' } as const;
  if (latencies.length === 0 || durationMs <= 0) return unavailableFigure(name, 'NOT_RECORDED', ok);
  return measuredFigure(name, latencies.values().reduce((sum, value) => sum + value, 0) / durationMs, latencies.length);
}

/** What every import lacks. */
function commonFindings(run: ImportedRun, offered: number): Finding[] {
  const findings: Finding[] = [
    {
      code: 'IMPORTED',
      severity: 'limits',
      message: `measured by ${toolText(run)}, read from its result: nothing here was seen by Assay`,
    },
    {
      code: 'CLIENT_HEALTH_UNKNOWN',
      severity: 'limits',
      message:
        'nothing is known about the client that measured: late sends, its own delays and its CPU are part of the figures',
    },
  ];
  if (run.requests?.some(({ dueMs }) => dueMs !== null) !== true) {
    findings.push({
      code: 'SCHEDULE_UNKNOWN',
      severity: 'limits',
      message: 'latencies start at the send: time a request waited in the client is not in them',
    });
  }
  if (run.requests === null) {
    findings.push({
      code: 'IMPORTED_NO_REQUESTS',
      severity: 'limits',
      message: 'the result holds figures and no requests: there are no intervals, and nothing can be compared by test',
    });
  }
  if (offered > 0 && run.ok === 0) {
    findings.push({
      code: 'NOTHING_MEASURED',
      severity: 'invalidates',
      message: `none of ${offered} requests ended ok`,
    });
  } else if (offered - run.ok > 0.05 * offered) {
    const message = `${offered - run.ok} of ${offered} requests did not end ok; latencies describe the others only`;
    findings.push({ code: 'MANY_ERRORS', severity: 'limits', message });
  }
  return findings;
}
