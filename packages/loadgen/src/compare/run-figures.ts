import type { RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { GoodRequests } from '../analysis/good-requests.ts';
import { timePerTokenMs } from '../analysis/token-count.ts';
import { GapBlocks } from './gap-blocks.ts';

/** Where a latency starts. */
export type LatencyStart = 'scheduled' | 'sent';

/** Values of single requests in the order of their due times, and rates of equal parts of the window. */
export interface RunFigures {
  readonly results: ResultsDocument;
  readonly latenciesMs: ReadonlyMap<string, readonly number[]>;
  readonly gaps: GapBlocks | undefined;
  /** Per part of the window: 20 values, or none. */
  readonly rates: ReadonlyMap<string, readonly number[]>;
  /** What its goodput is counted by. */
  readonly objectives: readonly string[];
}

const PARTS = 20;

/** One pass over the records of a run; memory grows by four numbers per request. @param from Where its latencies start. */
export async function readFigures(
  run: RunDocument,
  results: ResultsDocument,
  records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>,
  from: LatencyStart = 'scheduled',
): Promise<RunFigures> {
  const startMs = results.window?.startMs ?? run.schedule.measureFromMs;
  const window = { startMs, endMs: results.window?.endMs ?? startMs };
  const rows: RequestRow[] = [];
  const rates = new PartRates(window);
  const gaps = new GapBlocks(window);
  const good = new GoodRequests(run.config.slo);
  for await (const record of records) {
    if (record.phase === 'warmup' || record.outcome !== 'ok') continue;
    const fromMs = from === 'sent' ? record.sentMs : record.scheduledMs;
    rows.push({
      dueMs: record.scheduledMs,
      ttft: since(record.firstTokenMs, fromMs),
      tpot: timePerTokenMs(record) ?? Number.NaN,
      e2e: since(record.lastTokenMs ?? record.endMs, fromMs),
    });
    gaps.add(record);
    const before = good.count;
    good.add(record);
    rates.add(record.endMs, record.outputTokens ?? 0, good.count > before);
  }
  rows.sort((a, b) => a.dueMs - b.dueMs);
  const column = (name: 'ttft' | 'tpot' | 'e2e'): number[] => rows.map((row) => row[name]).filter(Number.isFinite);
  return {
    results,
    gaps,
    latenciesMs: new Map([
      ['ttft_ms', column('ttft')],
      ['tpot_ms', column('tpot')],
      ['e2e_latency_ms', column('e2e')],
    ]),
    rates: rates.perSecond(good.hasObjectives),
    objectives: run.config.slo,
  };
}

interface RequestRow {
  readonly dueMs: number;
  readonly ttft: number;
  readonly tpot: number;
  readonly e2e: number;
}

const since = (atMs: number | null, fromMs: number | null): number =>
  atMs === null || fromMs === null ? Number.NaN : atMs - fromMs;

/** Requests, tokens and good requests by the part of the window they ended in. */
export class PartRates {
  readonly #startMs: number;
  readonly #endMs: number;
  readonly #sums = { requests: zeros(), tokens: zeros(), good: zeros() };

  constructor({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }) {
    this.#startMs = startMs;
    this.#endMs = endMs;
  }

  add(endMs: number | null, tokens: number, isGood: boolean): void {
    const [start, end] = [this.#startMs, this.#endMs];
    if (endMs === null || endMs < start || endMs > end || end <= start) return;
    const part = Math.min(PARTS - 1, Math.floor((PARTS * (endMs - start)) / (end - start)));
    const add = (sums: number[], amount: number): void => {
      sums[part] = (sums[part] ?? 0) + amount;
    };
    add(this.#sums.requests, 1);
    add(this.#sums.tokens, tokens);
    add(this.#sums.good, isGood ? 1 : 0);
  }

  perSecond(hasObjectives: boolean): ReadonlyMap<string, readonly number[]> {
    const { requests, tokens, good } = this.#sums;
    const rate = (sums: readonly number[]): number[] =>
      sums.map((sum) => (sum * 1000 * PARTS) / (this.#endMs - this.#startMs));
    return new Map([
      ['requests_per_second', rate(requests)],
      ['output_tokens_per_second', rate(tokens)],
      ...(hasObjectives ? ([['goodput_requests_per_second', rate(good)]] as const) : []),
    ]);
  }
}

const zeros = (): number[] => new Array<number>(PARTS).fill(0);
