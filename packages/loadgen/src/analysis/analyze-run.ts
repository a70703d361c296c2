import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { createRandom } from '@assay/timebase';
import { InterTokenLatency } from './inter-token.ts';
import { isGood, judge, parseObjective } from './objective.ts';
import { REQUEST_METRICS } from './request-metric.ts';
import { Series } from './series.ts';
import { statisticsOf } from './statistics.ts';
import { Throughput } from './throughput.ts';
import { ValidityWatch, verdictOf } from './validity.ts';

export interface RunData {
  readonly run: RunDocument;
  readonly records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>;
}

type Outcomes = Record<keyof ResultsDocument['outcomes'], number>;

/**
 * Results of a run: a pure function of its configuration and its records, so that anybody can compute them again. Warm-up
 * requests do not count. Memory: some 80 bytes a request, whatever the number of tokens.
 */
export async function analyzeRun({ run, records }: RunData): Promise<ResultsDocument> {
  const objectives = run.config.slo.map(parseObjective);
  const outcomes: Outcomes = { offered: 0, ok: 0, http: 0, timeout: 0, network: 0, protocol: 0, aborted: 0, dropped: 0 };
  const outcomeCodes: Record<string, number> = {};
  const series = REQUEST_METRICS.map(() => new Series());
  const interToken = new InterTokenLatency();
  const watch = new ValidityWatch();
  const kept: RequestRecord[] = [];
  let throughput = run.window === null ? undefined : new Throughput(run.window);
  let good = 0;
  for await (const record of records) {
    if (record.phase !== 'measure') continue;
    outcomes.offered += 1;
    outcomes[record.outcome] += 1;
    if (record.code !== null) outcomeCodes[record.code] = (outcomeCodes[record.code] ?? 0) + 1;
    REQUEST_METRICS.forEach((metric, i) => {
      const value = metric.valueOf(record);
      if (value !== undefined) series[i]?.add(value);
    });
    interToken.add(record);
    watch.add(record);
    if (isGood(record, objectives)) good += 1;
    if (throughput === undefined) kept.push(record);
    else throughput.add(record);
  }
  const window = run.window ?? windowOf(kept);
  if (throughput === undefined && window !== null) {
    throughput = new Throughput(window);
    for (const record of kept) throughput.add(record);
  }
  const random = createRandom(run.seed);
  const metrics = [
    ...REQUEST_METRICS.flatMap(({ id, unit, from, emptyReason }, i) =>
      statisticsOf({ id, unit, ...(from === undefined ? {} : { from }) }, series[i]?.values ?? new Float64Array(0), emptyReason, random.stream(`analysis-${id}-${from ?? ''}`)),
    ),
    ...interToken.metrics(),
    ...(throughput ?? new Throughput({ startMs: 0, endMs: 0 })).metrics(objectives.length === 0 ? undefined : good),
  ];
  const findings = watch.findings(run, metrics);
  const { name, startedAt, config, status } = run;
  return {
    schema: 'assay/results/v1',
    run: { name, startedAt, target: config.target, model: config.model, backend: config.backend, api: config.api, status },
    window,
    outcomes,
    outcomeCodes,
    metrics,
    validity: { verdict: verdictOf(findings), findings },
    slo: objectives.map((objective) => judge(objective, metrics)),
  };
}

/** The window of a run that was killed before it could write one: from the first due time to the last end. */
function windowOf(records: readonly RequestRecord[]): ResultsDocument['window'] {
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const record of records) {
    startMs = Math.min(startMs, record.scheduledMs);
    endMs = Math.max(endMs, record.endMs ?? record.scheduledMs);
  }
  return endMs > startMs ? { startMs, endMs } : null;
}
