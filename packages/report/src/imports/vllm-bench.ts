import type { Finding } from '@assay/contracts';
import { Failures, unknownKind } from './failure-kind.ts';
import type { ImportedRequest, ImportedRun, PrintedFigure } from './imported-run.ts';
import type { JsonPlace } from './json-place.ts';

/**
 * Result of `vllm bench serve --save-result`, in Python or Rust, with `--save-detailed` or without
 * (vllm/benchmarks/serve.py; seconds for requests, milliseconds for figures).
 */
export function readVllmBench(root: JsonPlace, name: string): ImportedRun {
  const ok = root.at('completed').count();
  // Before 0.11 the result did not tell how many failed.
  const planned = countOrNull(root.at('num_prompts'));
  const failed = countOrNull(root.at('failed')) ?? Math.max(0, (planned ?? ok) - ok);
  // Fewer than planned there may be: a dataset may hold no more.
  if (planned !== null && ok + failed > planned) {
    throw root
      .at('completed')
      .fault(`at most ${planned - failed} completed (num_prompts ${planned}, failed ${failed})`);
  }
  const detail = readDetail(root, ok);
  const failures = new Failures();
  for (const text of detail?.errors ?? []) failures.add(text);
  failures.addUnknown(failed - (detail?.errors.length ?? 0));
  const rate = root.at('request_rate').numberIfAny();
  return {
    tool: 'vllm-bench',
    toolVersion: null,
    name,
    startedAt: startOf(root.at('date').textOrNull()),
    target: null,
    model: root.at('model_id').textOrNull(),
    api: apiOf(backendOf(root)),
    load: { concurrency: root.at('max_concurrency').numberOrNull(), ratePerSecond: rate },
    durationMs: root.at('duration').amount() * 1000,
    ok,
    failed: failures.failed,
    outcomeCodes: failures.codes,
    requests: detail?.requests ?? null,
    figures: printedFigures(root),
    requestsPerSecond: root.at('request_throughput').amountOrNull(),
    outputTokensPerSecond: root.at('output_throughput').amountOrNull(),
    goodRequestsPerSecond: root.at('request_goodput').amountOrNull(),
    inputTokens: root.at('total_input_tokens').amountOrNull(),
    outputTokens: root.at('total_output_tokens').amountOrNull(),
    findings: [
      ...findingsOf(root, failures.unknown),
      ...(detail === undefined && !root.at('ttfts').isMissing ? [otherRequests(ok)] : []),
    ],
  };
}

const countOrNull = (place: JsonPlace): number | null => (place.isMissing ? null : place.count());

const backendOf = (root: JsonPlace): string =>
  root.at('backend').textOrNull() ?? root.at('endpoint_type').textOrNull() ?? '';
const apiOf = (backend: string): string | null =>
  backend.includes('chat') ? 'chat' : /openai|vllm/.test(backend) ? 'completions' : null;

/** `20260131-235959` in local time, which no time zone goes with, or ISO 8601. */
function startOf(date: string | null): string | null {
  return date !== null && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(date) ? date : null;
}

const IDS = [
  ['ttft', 'ttft_ms'],
  ['tpot', 'tpot_ms'],
  ['e2el', 'e2e_latency_ms'],
] as const;
const STATISTICS = [
  ['mean', 'mean'],
  ['std', 'stddev'],
  ['median', 'p50'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
  ['p99.9', 'p99.9'],
] as const;

function printedFigures(root: JsonPlace): PrintedFigure[] {
  return IDS.flatMap(([theirs, id]) =>
    STATISTICS.flatMap(([prefix, statistic]) => {
      const value = root.at(`${prefix}_${theirs}_ms`).amountOrNull();
      return value === null ? [] : [{ id, statistic, value }];
    }),
  );
}

interface Detail {
  readonly requests: readonly ImportedRequest[];
  readonly errors: readonly string[];
}

/** Requests of --save-detailed; `undefined` without them, or where they are not those of the summary. */
function readDetail(root: JsonPlace, ok: number): Detail | undefined {
  if (root.at('ttfts').isMissing) return undefined;
  const column = (key: string): JsonPlace[] => root.at(key).listOrEmpty();
  const [itls, errors, inputs, outputs] = [
    root.at('itls').list(),
    column('errors'),
    column('input_lens'),
    column('output_lens'),
  ];
  const [starts, latencies] = [column('start_times'), column('latencies')];
  const firstStart = starts.reduce((least, start) => Math.min(least, start.number()), Number.POSITIVE_INFINITY);
  const rows = root
    .at('ttfts')
    .list()
    .map((ttft, at) => {
      const error = errors[at]?.textOrNull() ?? '';
      const gapsS = (itls[at]?.list() ?? []).map((gap) => gap.amount());
      const ttftS = ttft.amount();
      // The end is the last event: where it does not stand there, the first and all gaps lead to it.
      const e2eS = latencies[at]?.amount() ?? gapsS.reduce((sum, gap) => sum + gap, ttftS);
      if (error === '' && e2eS < ttftS) throw (latencies[at] ?? ttft).fault(`at least ttfts/${at}, ${ttftS}`);
      const outputTokens = outputs[at]?.count() ?? 0;
      const request: ImportedRequest = {
        sentMs: starts[at] === undefined ? null : (starts[at].number() - firstStart) * 1000,
        dueMs: null,
        ttftMs: ttftS * 1000,
        tpotMs: outputTokens > 1 ? ((e2eS - ttftS) * 1000) / (outputTokens - 1) : null,
        e2eMs: e2eS * 1000,
        // Gaps are between events: only as many as tokens after the first are gaps between tokens.
        gapsMs: gapsS.length === outputTokens - 1 ? gapsS.map((gap) => gap * 1000) : null,
        inputTokens: inputs[at]?.count() ?? null,
        outputTokens,
      };
      return { error, isOk: error === '' && (ttftS > 0 || outputTokens > 0), request };
    });
  const requests = rows.filter(({ isOk }) => isOk).map(({ request }) => request);
  if (requests.length !== ok) return undefined;
  requests.sort((a, b) => (a.sentMs ?? 0) - (b.sentMs ?? 0));
  return { requests, errors: rows.flatMap(({ error, isOk }) => (isOk ? [] : [error])) };
}

function otherRequests(ok: number): Finding {
  return {
    code: 'IMPORTED_REQUESTS_DIFFER',
    severity: 'limits',
    message: `the requests in the file are not the ${ok} completed ones that its figures are about: they were left out`,
  };
}

function findingsOf(root: JsonPlace, unknownFailures: number): Finding[] {
  const findings: Finding[] = [
    {
      code: 'IMPORTED_FAILURES_UNSEEN',
      severity: 'limits',
      message:
        'the tool counts an answer as ok once it has an event: an error event under HTTP 200 and a stream that ends early are successes',
    },
  ];
  if (backendOf(root).includes('chat')) {
    findings.push({
      code: 'IMPORTED_FIRST_EVENT',
      severity: 'limits',
      message: 'ttft_ms ends with the first event, also one that carries a role and no token',
    });
  }
  const [mean, p99] = [root.at('mean_itl_ms').numberOrNull(), root.at('p99_itl_ms').numberOrNull()];
  if (mean !== null) {
    const tail = p99 === null ? '' : `, p99 ${p99.toFixed(2)} ms`;
    findings.push({
      code: 'IMPORTED_GAPS_BY_EVENT',
      severity: 'notes',
      message: `the tool's own inter-token latency (mean ${mean.toFixed(2)} ms${tail}) is the time between events, whatever they carry`,
    });
  }
  return [...findings, ...unknownKind(unknownFailures)];
}
