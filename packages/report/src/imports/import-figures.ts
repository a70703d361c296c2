import type { ResultsDocument } from '@assay/contracts';
import { GapBlocks, PartRates, type RunFigures } from '@assay/loadgen';
import { gapArrivals } from './gap-arrivals.ts';
import { isEveryGapKnown } from './import-results.ts';
import type { ImportedRequest, ImportedRun } from './imported-run.ts';

/** What a comparison needs of an imported result; latencies start at the send. Empty where it holds no requests. */
export function importFigures(run: ImportedRun, results: ResultsDocument): RunFigures {
  const requests = run.requests ?? [];
  const window = { startMs: 0, endMs: run.durationMs };
  const column = (pick: (request: ImportedRequest) => number | null): number[] =>
    requests.flatMap((request) => pick(request) ?? []);
  const rates = new PartRates(window);
  const gaps = isEveryGapKnown(run.requests) ? new GapBlocks(window) : undefined;
  const isTimed = requests.length > 0 && requests.every(({ sentMs, e2eMs }) => sentMs !== null && e2eMs !== null);
  for (const [index, { sentMs, e2eMs, outputTokens, gapsMs }] of requests.entries()) {
    const startMs = sentMs ?? (run.durationMs * index) / requests.length;
    rates.add(startMs + (e2eMs ?? 0), outputTokens ?? 0, false);
    if (gapsMs !== null) gaps?.add({ arrivals: gapArrivals(gapsMs), scheduledMs: startMs });
  }
  return {
    results,
    latenciesMs: new Map([
      ['ttft_ms', column(({ ttftMs }) => ttftMs)],
      ['tpot_ms', column(({ tpotMs }) => tpotMs)],
      ['e2e_latency_ms', column(({ e2eMs }) => e2eMs)],
    ]),
    gaps,
    rates: isTimed ? rates.perSecond(false) : new Map(),
    objectives: [],
  };
}
