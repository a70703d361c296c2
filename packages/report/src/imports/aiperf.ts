import type { Finding } from '@assay/contracts';
import { Failures, unknownKind } from './failure-kind.ts';
import type { ImportedRequest, ImportedRun, PrintedFigure } from './imported-run.ts';
import type { JsonPlace } from './json-place.ts';

/**
 * `profile_export_aiperf.json` of AIPerf, and the lines of `profile_export.jsonl` where they are there: nanoseconds since the epoch,
 * figures with their unit.
 */
export function readAiperf(summary: JsonPlace, lines: readonly JsonPlace[], name: string): ImportedRun {
  const ok = summary.at('request_count', 'avg').amountOrNull() ?? 0;
  const failed = summary.at('error_request_count', 'avg').amountOrNull() ?? 0;
  const failures = new Failures();
  for (const entry of summary.at('error_summary').listOrEmpty()) {
    const details = entry.at('error_details');
    const text = `${details.at('type').textOrNull() ?? ''} ${details.at('message').textOrNull() ?? ''}`;
    for (let i = entry.at('count').count(); i > 0; i--) failures.add(text, details.at('code').numberIfAny());
  }
  const counted = Object.values(failures.failed).reduce((sum, count) => sum + count, 0);
  failures.addUnknown(failed - counted);
  const requests = toRequests(lines);
  const input = summary.at('input_config');
  const [phase] = input.at('phases').listOrEmpty();
  const [target] = input.at('endpoint', 'urls').listOrEmpty();
  const [model] = input.at('models', 'items').listOrEmpty();
  return {
    tool: 'aiperf',
    toolVersion: summary.at('aiperf_version').textOrNull(),
    name,
    startedAt: null,
    target: target?.textOrNull() ?? null,
    model: model?.at('name').textOrNull() ?? null,
    api: input.at('endpoint', 'type').textOrNull(),
    load: {
      concurrency: phase?.at('concurrency').numberIfAny() ?? null,
      ratePerSecond: phase?.at('rate').numberIfAny() ?? null,
    },
    durationMs: summary.at('benchmark_duration', 'avg').amount() * 1000,
    ok,
    failed: failures.failed,
    outcomeCodes: failures.codes,
    requests: requests.length > 0 && requests.length === ok ? requests : null,
    figures: printedFigures(summary),
    requestsPerSecond: summary.at('request_throughput', 'avg').amountOrNull(),
    outputTokensPerSecond: summary.at('output_token_throughput', 'avg').amountOrNull(),
    goodRequestsPerSecond: summary.at('goodput', 'avg').amountOrNull(),
    inputTokens: summary.at('total_isl', 'avg').amountOrNull(),
    outputTokens: summary.at('total_osl', 'avg').amountOrNull(),
    findings: [
      ...FINDINGS,
      ...unknownKind(failures.unknown),
      ...(requests.length > 0 && requests.length !== ok ? [otherRequests(requests.length, ok)] : []),
    ],
  };
}

function otherRequests(found: number, ok: number): Finding {
  return {
    code: 'IMPORTED_REQUESTS_DIFFER',
    severity: 'limits',
    message: `${found} ok requests are in the file beside figures about ${ok}: they were left out`,
  };
}

const NS_PER_MS = 1e6;

function toRequests(lines: readonly JsonPlace[]): ImportedRequest[] {
  const measured = lines.filter(
    (line) => line.at('error').isMissing && line.at('metadata', 'benchmark_phase').textOrNull() !== 'warmup',
  );
  const starts = measured.map((line) => line.at('metadata', 'request_start_ns').number());
  const first = starts.reduce((least, start) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const requests = measured.map((line, index): ImportedRequest => {
    const metrics = line.at('metrics');
    const value = (id: string): number | null => metrics.at(id, 'value').amountOrNull();
    const durationMs = (id: string): number | null => {
      const unit = metrics.at(id, 'unit');
      if ((unit.textOrNull() ?? 'ms') !== 'ms') throw unit.fault('ms');
      return value(id);
    };
    const ttftMs = durationMs('time_to_first_token');
    const e2eMs = durationMs('request_latency');
    if (ttftMs !== null && e2eMs !== null && e2eMs < ttftMs)
      throw metrics.at('request_latency', 'value').fault('a time not before the first token');
    const outputTokens = value('output_sequence_length');
    const gapsMs = metrics
      .at('inter_chunk_latency', 'value')
      .listOrEmpty()
      .map((gap) => gap.amount());
    return {
      sentMs: ((starts[index] ?? first) - first) / NS_PER_MS,
      dueMs: null,
      ttftMs,
      tpotMs: durationMs('inter_token_latency'),
      e2eMs,
      // Gaps are between chunks: only as many as tokens after the first are gaps between tokens.
      gapsMs: outputTokens !== null && gapsMs.length === outputTokens - 1 ? gapsMs : null,
      inputTokens: value('input_sequence_length'),
      outputTokens,
    };
  });
  return requests.sort((a, b) => (a.sentMs ?? 0) - (b.sentMs ?? 0));
}

const FIGURES = [
  ['time_to_first_token', 'ttft_ms'],
  ['inter_token_latency', 'tpot_ms'],
  ['request_latency', 'e2e_latency_ms'],
] as const;
const STATISTICS = [
  ['avg', 'mean'],
  ['min', 'min'],
  ['max', 'max'],
  ['std', 'stddev'],
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
] as const;

function printedFigures(summary: JsonPlace): PrintedFigure[] {
  return FIGURES.flatMap(([theirs, id]) =>
    STATISTICS.flatMap(([key, statistic]) => {
      const value = summary.at(theirs, key).amountOrNull();
      return value === null ? [] : [{ id, statistic, value }];
    }),
  );
}

const FINDINGS: readonly Finding[] = [
  {
    code: 'IMPORTED_FAILURES_UNSEEN',
    severity: 'limits',
    message: 'the tool counts an answer with an error event under HTTP 200 as ok',
  },
  {
    code: 'IMPORTED_CONCURRENCY_UNSURE',
    severity: 'notes',
    message: 'the tool may stay below the concurrency it was asked for, and does not say so',
  },
];
