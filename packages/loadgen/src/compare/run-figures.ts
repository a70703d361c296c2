import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { timePerTokenMs } from '../analysis/token-count.ts';

/** Values of single requests in the order of their due times, and rates of equal parts of the window. */
export interface RunFigures {
  readonly results: ResultsDocument;
  readonly latenciesMs: ReadonlyMap<string, readonly number[]>;
  /** Per part of the window: 20 values. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
}

const PARTS = 20;

/** One pass over the records of a run; memory grows by three numbers per request. */
export async function readFigures(
  run: RunDocument,
  results: ResultsDocument,
  records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>,
): Promise<RunFigures> {
  const rows: { readonly dueMs: number; readonly ttft: number; readonly tpot: number; readonly e2e: number }[] = [];
  const startMs = results.window?.startMs ?? run.schedule.measureFromMs;
  const endMs = results.window?.endMs ?? startMs;
  const requests = new Array<number>(PARTS).fill(0);
  const tokens = new Array<number>(PARTS).fill(0);
  for await (const record of records) {
    if (record.phase === 'warmup' || record.outcome !== 'ok') continue;
    const { scheduledMs: dueMs, firstTokenMs, lastTokenMs, endMs: requestEndMs, outputTokens } = record;
    const doneMs = lastTokenMs ?? requestEndMs;
    rows.push({
      dueMs,
      ttft: firstTokenMs === null ? Number.NaN : firstTokenMs - dueMs,
      tpot: timePerTokenMs(record) ?? Number.NaN,
      e2e: doneMs === null ? Number.NaN : doneMs - dueMs,
    });
    if (requestEndMs === null || requestEndMs < startMs || requestEndMs > endMs || endMs <= startMs) continue;
    const part = Math.min(PARTS - 1, Math.floor((PARTS * (requestEndMs - startMs)) / (endMs - startMs)));
    requests[part] = (requests[part] ?? 0) + 1;
    tokens[part] = (tokens[part] ?? 0) + (outputTokens ?? 0);
  }
  rows.sort((a, b) => a.dueMs - b.dueMs);
  const column = (name: 'ttft' | 'tpot' | 'e2e'): number[] => rows.map((row) => row[name]).filter(Number.isFinite);
  const perSecond = (sums: readonly number[]): number[] => sums.map((sum) => (sum * 1000 * PARTS) / (endMs - startMs));
  return {
    results,
    latenciesMs: new Map([
      ['ttft_ms', column('ttft')],
      ['tpot_ms', column('tpot')],
      ['e2e_latency_ms', column('e2e')],
    ]),
    rates: new Map([
      ['requests_per_second', perSecond(requests)],
      ['output_tokens_per_second', perSecond(tokens)],
    ]),
  };
}
