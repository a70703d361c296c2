import { canonicalJson, type RequestRecord, type ResultsDocument, type RunDocument } from '@assay/contracts';
import { GoodRequests } from '../analysis/good-requests.ts';
import { timePerTokenMs } from '../analysis/token-count.ts';
import { GapBlocks } from './gap-blocks.ts';

/** Where a latency starts. */
export type LatencyStart = 'scheduled' | 'sent';

/** Values of single requests in the order of their due times, and rates of equal parts of the window. */
export interface RunFigures {
  readonly results: ResultsDocument;
  readonly latenciesMs: ReadonlyMap<string, readonly number[]>;
  /** Requests of `latenciesMs` by their place there; absent where they cannot be told from each other. */
  readonly requests?: ReadonlyMap<string, readonly number[]>;
  /** What decides which requests a run makes: runs of one plan have the same prompts at the same indices. Absent where it is not known. */
  readonly plan?: string;
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
      index: record.index,
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
  const known = (name: LatencyName): RequestRow[] => rows.filter((row) => Number.isFinite(row[name]));
  return {
    results,
    gaps,
    latenciesMs: new Map(LATENCIES.map(([id, name]) => [id, known(name).map((row) => row[name])])),
    requests: new Map(LATENCIES.map(([id, name]) => [id, known(name).map(({ index }) => index)])),
    plan: planOf(run),
    rates: rates.perSecond(good.hasObjectives),
    objectives: run.config.slo,
  };
}

type LatencyName = 'ttft' | 'tpot' | 'e2e';
const LATENCIES = [
  ['ttft_ms', 'ttft'],
  ['tpot_ms', 'tpot'],
  ['e2e_latency_ms', 'e2e'],
] as const;

/** Seed, load and prompts; the same text, the same requests. */
function planOf({ config, seed }: RunDocument): string {
  const { load, dataset, requests, durationMs } = config;
  return canonicalJson({ seed, load, dataset, requests, durationMs });
}

interface RequestRow {
  readonly index: number;
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
