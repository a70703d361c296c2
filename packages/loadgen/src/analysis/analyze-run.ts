import type { Metric, RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { withClientErrors } from './client-error-figures.ts';
import { METRICS } from './metric/registry.ts';
import { RunSamples } from './run-samples.ts';
import { SessionView } from './session-view.ts';
import { judgeObjective } from './slo-verdict.ts';
import { TenantView } from './tenant-view.ts';
import { validityOf } from './validity.ts';

export interface AnalysisInput {
  readonly run: RunDocument;
  /** Read once, in order; only those of phase `measure` enter the figures. */
  readonly records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>;
}

/**
 * Results of a run as a pure function of its document and records: the same input gives the same document.
 * Memory grows by some numbers per request and one per 10 ms, never by read or text.
 */
export async function analyzeRun({ run, records }: AnalysisInput): Promise<ResultsDocument> {
  const samples = new RunSamples(run);
  const tenantView = new TenantView(run);
  const sessionView = new SessionView(run);
  for await (const record of records) {
    samples.add(record);
    tenantView.add(record);
    sessionView.add(record);
  }
  const metrics: Metric[] = withClientErrors(
    METRICS.flatMap((metric) => metric.figuresOf(samples)),
    samples,
  );
  const { name, startedAt, status } = run;
  const { target, model, backend, api } = run.config;
  const tenants = tenantView.figures(samples.window());
  const sessions = sessionView.figures(samples.window());
  return {
    schema: 'assay/results/v1',
    run: { name, startedAt, target, model, backend, api, status },
    window: samples.window() ?? null,
    outcomes: { ...samples.outcomes },
    outcomeCodes: Object.fromEntries([...samples.outcomeCodes].sort(([a], [b]) => (a < b ? -1 : 1))),
    metrics,
    ...(tenants === undefined ? {} : { tenants }),
    ...(sessions === undefined ? {} : { sessions }),
    validity: validityOf(samples, metrics),
    slo: run.config.slo.map((objective) => judgeObjective(objective, metrics)),
  };
}
