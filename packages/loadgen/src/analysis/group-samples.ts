import type { Metric, RequestRecord, RunDocument } from '@assay/contracts';
import { proportionInterval } from '@assay/stats';
import { distributionOf, distributionOfGaps } from './distribution-figures.ts';
import { type FigureName, measuredFigure, type Statistic, unavailableFigure } from './figure.ts';
import { GoodRequests, REQUEST_FIGURES } from './good-requests.ts';
import { NumberColumn } from './number-column.ts';
import { createOutcomeCounts, type OutcomeCounts } from './outcome-counts.ts';
import type { Window } from './run-samples.ts';
import { TokenGaps } from './token-gaps.ts';

type LatencyId = 'ttft_ms' | 'e2e_latency_ms' | 'tpot_ms';

const LATENCIES: readonly (readonly [LatencyId, { readonly from?: 'scheduled' }])[] = [
  ['ttft_ms', { from: 'scheduled' }],
  ['tpot_ms', {}],
  ['e2e_latency_ms', { from: 'scheduled' }],
];
const RATES = [
  ['requests_per_second', '1/s'],
  ['output_tokens_per_second', 'tokens/s'],
  ['goodput_requests_per_second', '1/s'],
] as const;
/** A quarter of a megabyte each; ten of them for the spread between requests would be too many for a hundred groups. */
const GAP_GROUPS = 1;
/** Statistics of a group. */
const STATISTICS: ReadonlySet<Statistic> = new Set<Statistic>(['mean', 'p50', 'p90', 'p99']);

export const groupStatistics = (metrics: readonly Metric[]): Metric[] =>
  metrics.filter(({ statistic }) => STATISTICS.has(statistic));

/** Requests of a run that are looked at by themselves; rates are ok requests that ended in its window and their tokens, over its length. */
export class GroupSamples {
  readonly outcomes: OutcomeCounts = createOutcomeCounts();
  readonly #isStreamed: boolean;
  readonly #latencies: Readonly<Record<LatencyId, NumberColumn>> = {
    ttft_ms: new NumberColumn(),
    tpot_ms: new NumberColumn(),
    e2e_latency_ms: new NumberColumn(),
  };
  readonly #gaps: TokenGaps = new TokenGaps(GAP_GROUPS);
  readonly #good: GoodRequests;
  readonly #okEndMs = new NumberColumn();
  /** Tokens of each of `okEndMs`; not a number where nobody counted them. */
  readonly #okTokens = new NumberColumn();

  constructor({ config }: RunDocument) {
    this.#good = new GoodRequests(config.slo);
    this.#isStreamed = config.stream;
  }

  add(record: RequestRecord): void {
    this.outcomes.offered++;
    this.outcomes[record.outcome]++;
    this.#good.add(record);
    if (record.outcome !== 'ok') return;
    for (const [id] of LATENCIES) {
      const value = REQUEST_FIGURES[id](record);
      if (value !== undefined) this.#latencies[id].push(value);
    }
    this.#gaps.add(record);
    if (record.endMs === null) return;
    this.#okEndMs.push(record.endMs);
    this.#okTokens.push(record.outputTokens ?? Number.NaN);
  }

  /** @param window Of the run. */
  metrics(window: Window | undefined): Metric[] {
    const reasonOr = (reason: string): string =>
      this.outcomes.ok === 0 ? 'NO_SUCCESSFUL_REQUESTS' : this.#isStreamed ? reason : 'NOT_STREAMED';
    const latencies = LATENCIES.flatMap(([id, from]) =>
      distributionOf({ id, unit: 'ms', ...from, emptyReason: reasonOr('NO_CONTENT') }, this.#latencies[id]),
    );
    const gaps = distributionOfGaps({ id: 'itl_ms', unit: 'ms', emptyReason: reasonOr('SINGLE_TOKEN') }, this.#gaps);
    return [
      ...groupStatistics([...latencies, ...gaps]),
      ...RATES.map(([id, unit]) => this.#rate({ id, statistic: 'rate', unit }, window)),
      this.#errorRatio(),
    ];
  }

  #rate(name: FigureName, window: Window | undefined): Metric {
    const { offered, ok } = this.outcomes;
    if (window === undefined) return unavailableFigure(name, 'NO_WINDOW', ok);
    const seconds = (window.endMs - window.startMs) / 1000;
    if (name.id === 'goodput_requests_per_second') {
      if (!this.#good.hasObjectives) return unavailableFigure(name, 'NO_SLO', offered);
      if (this.#good.unjudged > 0) return unavailableFigure(name, 'NOT_STREAMED', offered);
      return measuredFigure(name, this.#good.count / seconds, offered);
    }
    const amounts = name.id === 'requests_per_second' ? undefined : this.#okTokens.values();
    const ends = this.#okEndMs.values();
    let sum = 0;
    for (let i = 0; i < ends.length; i++) {
      const endMs = ends[i] ?? Number.NaN;
      if (endMs >= window.startMs && endMs <= window.endMs) sum += amounts === undefined ? 1 : (amounts[i] ?? 0);
    }
    return Number.isNaN(sum) ? unavailableFigure(name, 'NO_USAGE', ok) : measuredFigure(name, sum / seconds, ok);
  }

  #errorRatio(): Metric {
    const { offered, ok } = this.outcomes;
    const name: FigureName = { id: 'error_ratio', statistic: 'ratio', unit: 'ratio' };
    return measuredFigure(name, (offered - ok) / offered, offered, proportionInterval(offered - ok, offered));
  }
}
