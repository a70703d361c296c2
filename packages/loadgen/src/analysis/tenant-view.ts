import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { GroupSamples } from './group-samples.ts';
import type { Window } from './run-samples.ts';

type TenantFigures = NonNullable<ResultsDocument['tenants']>[number];

/** More than anybody compares by eye, and a bound for the memory. */
const MOST_TENANTS = 100;

/** Figures of each tenant. */
export class TenantView {
  readonly #run: RunDocument;
  readonly #tenants = new Map<string | null, GroupSamples>();

  constructor(run: RunDocument) {
    this.#run = run;
  }

  add(record: RequestRecord): void {
    if (record.phase === 'warmup' || record.tenant === undefined) return;
    const isKept = this.#tenants.size < MOST_TENANTS || this.#tenants.has(record.tenant);
    const key = isKept ? record.tenant : null;
    let samples = this.#tenants.get(key);
    if (samples === undefined) {
      samples = new GroupSamples(this.#run);
      this.#tenants.set(key, samples);
    }
    samples.add(record);
  }

  /** By name; `undefined` where no request names a tenant. @param window Of the run. */
  figures(window: Window | undefined): TenantFigures[] | undefined {
    if (this.#tenants.size === 0) return undefined;
    return [...this.#tenants]
      .toSorted(([a], [b]) => (a === null ? 1 : b === null ? -1 : a < b ? -1 : 1))
      .map(([tenant, samples]) => ({ tenant, outcomes: { ...samples.outcomes }, metrics: samples.metrics(window) }));
  }
}
