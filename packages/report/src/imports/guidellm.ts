import type { Finding } from '@assay/contracts';
import { Failures, unknownKind } from './failure-kind.ts';
import type { ImportedRequest, ImportedRun, PrintedFigure } from './imported-run.ts';
import type { JsonPlace } from './json-place.ts';

/** A benchmark of a GuideLLM report (guidellm/benchmark/schemas; seconds since the epoch, figures as named). */
export function readGuidellm(root: JsonPlace, benchmark: JsonPlace, name: string): ImportedRun {
  const startS = benchmark.at('start_time').number();
  const [made, sampled] = [benchmark.at('scheduler_metrics', 'requests_made'), benchmark.at('requests')];
  const totals = made.isMissing ? benchmark.at('metrics', 'request_totals') : made;
  const ok = totals.at('successful').count();
  const failures = new Failures();
  const errored = sampled.at('errored').listOrEmpty();
  for (const request of errored) failures.add(request.at('info', 'error').textOrNull() ?? '');
  failures.addUnknown(totals.at('errored').count() - errored.length);
  if (errored.length > totals.at('errored').count())
    throw totals.at('errored').fault(`at least ${errored.length}, the errored requests of the file`);
  const incomplete = totals.at('incomplete').count();
  for (let i = 0; i < incomplete; i++) failures.add('cancelled');
  const requests = sampled
    .at('successful')
    .listOrEmpty()
    .map((request) => toRequest(request, startS));
  if (requests.length > ok)
    throw totals.at('successful').fault(`at least ${requests.length}, the successful requests of the file`);
  requests.sort((a, b) => (a.sentMs ?? 0) - (b.sentMs ?? 0));
  const config = benchmark.at('config');
  const strategy = config.at('strategy');
  const [metrics, backend] = [benchmark.at('metrics'), config.at('backend')];
  return {
    tool: 'guidellm',
    toolVersion: root.at('metadata', 'guidellm_version').textOrNull(),
    name,
    // biome-ignore lint/style/noRestrictedGlobals: a stamp of the file is written out, no clock is read
    startedAt: new Date(startS * 1000).toISOString(),
    target: backend.at('target').textOrNull(),
    model: backend.at('model').textOrNull(),
    api: apiOf(backend.at('request_format').textOrNull()),
    load: {
      concurrency: strategy.at('streams').numberOrNull(),
      ratePerSecond: strategy.at('rate').numberOrNull(),
    },
    durationMs: benchmark.at('duration').amount() * 1000,
    ok,
    failed: failures.failed,
    outcomeCodes: failures.codes,
    // A report may keep a sample of its requests only.
    requests: requests.length === ok ? requests : null,
    figures: printedFigures(metrics),
    requestsPerSecond: metrics.at('requests_per_second', 'successful', 'mean').numberOrNull(),
    outputTokensPerSecond: metrics.at('output_tokens_per_second', 'successful', 'mean').numberOrNull(),
    goodRequestsPerSecond: metrics.at('request_goodput').numberIfAny(),
    inputTokens: metrics.at('prompt_token_count', 'successful', 'total_sum').numberOrNull(),
    outputTokens: metrics.at('output_token_count', 'successful', 'total_sum').numberOrNull(),
    findings: [...FINDINGS, ...unknownKind(failures.unknown)],
  };
}

const apiOf = (format: string | null): string | null =>
  format === null ? null : format.includes('chat') ? 'chat' : format.includes('completions') ? 'completions' : null;

function toRequest(request: JsonPlace, startS: number): ImportedRequest {
  const timings = request.at('info', 'timings');
  const at = (key: string): number | null => {
    const seconds = timings.at(key).numberOrNull();
    return seconds === null ? null : (seconds - startS) * 1000;
  };
  const [sentMs, lastMs] = [at('request_start'), at('last_token_iteration')];
  if (sentMs !== null && lastMs !== null && lastMs < sentMs) {
    throw timings.at('last_token_iteration').fault('a time after request_start');
  }
  return {
    sentMs,
    dueMs: at('targeted_start'),
    ttftMs: request.at('time_to_first_token_ms').amountOrNull(),
    // One value per request, from the first token to the last: what is called time per output token here.
    tpotMs: request.at('inter_token_latency_ms').amountOrNull(),
    e2eMs: sentMs === null || lastMs === null ? null : lastMs - sentMs,
    gapsMs: null,
    inputTokens: request.at('prompt_tokens').amountOrNull(),
    outputTokens: request.at('output_tokens').amountOrNull(),
  };
}

const FIGURES = [
  ['time_to_first_token_ms', 'ttft_ms', 1],
  ['inter_token_latency_ms', 'tpot_ms', 1],
  ['request_latency', 'e2e_latency_ms', 1000],
] as const;
const STATISTICS = [
  ['mean', ['mean']],
  ['min', ['min']],
  ['max', ['max']],
  ['stddev', ['std_dev']],
  ['p50', ['percentiles', 'p50']],
  ['p90', ['percentiles', 'p90']],
  ['p95', ['percentiles', 'p95']],
  ['p99', ['percentiles', 'p99']],
  ['p99.9', ['percentiles', 'p999']],
] as const;

function printedFigures(metrics: JsonPlace): PrintedFigure[] {
  return FIGURES.flatMap(([theirs, id, factor]) =>
    STATISTICS.flatMap(([statistic, path]) => {
      const value = metrics.at(theirs, 'successful', ...path).amountOrNull();
      return value === null ? [] : [{ id, statistic, value: value * factor }];
    }),
  );
}

const FINDINGS: readonly Finding[] = [
  {
    code: 'IMPORTED_NO_GAPS',
    severity: 'notes',
    message:
      "the tool's inter-token latency is one mean per request, which is tpot_ms here; gaps between tokens are not recorded",
  },
  {
    code: 'IMPORTED_CONCURRENCY_UNSURE',
    severity: 'notes',
    message: 'the tool may stay below the concurrency it was asked for, and does not say so',
  },
];
