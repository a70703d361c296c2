import type { RequestRecord } from '@assay/contracts';

export type Row = Readonly<Record<string, string | number | null>>;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Type 7, written down once more: the judge shares no code with what it judges. */
function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const value = sorted[low] ?? Number.NaN;
  return value + (at - low) * ((sorted[Math.ceil(at)] ?? value) - value);
}

function into<K, V>(groups: Map<K, V>, key: K, create: () => V): V {
  const known = groups.get(key) ?? create();
  groups.set(key, known);
  return known;
}

/** What each documented query has to answer, computed from the records one by one. */
export class Expectations {
  readonly #run: string;
  readonly #windowMs: number;
  readonly #outcomes = new Map<string, { outcome: string; code: string | null; requests: number }>();
  readonly #minutes = new Map<number, number[]>();
  readonly #turns = new Map<number, { sessions: Set<number>; inputTokens: number[]; ttftMs: number[] }>();
  readonly #lagsMs: number[] = [];
  #offered = 0;
  #unsent = 0;
  #good = 0;
  #gaps = 0;
  #gapSumMs = 0;
  #longestGapMs = 0;

  constructor(run: string, window: { readonly startMs: number; readonly endMs: number }) {
    this.#run = run;
    this.#windowMs = window.endMs - window.startMs;
  }

  add(record: RequestRecord): void {
    if (record.phase !== 'measure') return;
    const { outcome, code, scheduledMs, sentMs } = record;
    this.#offered++;
    into(this.#outcomes, `${outcome} ${code}`, () => ({ outcome, code, requests: 0 })).requests++;
    if (sentMs === null) this.#unsent++;
    else this.#lagsMs.push(sentMs - scheduledMs);
    if (outcome === 'ok') this.#addOk(record);
  }

  #addOk({ scheduledMs, firstTokenMs, lastTokenMs, arrivals, inputTokens, session }: RequestRecord): void {
    const ttftMs = (firstTokenMs ?? Number.NaN) - scheduledMs;
    into(this.#minutes, Math.floor(scheduledMs / 60_000), () => []).push(ttftMs);
    let later = 0;
    for (let at = 2; at < arrivals.length; at += 2) {
      const [gapMs, tokens] = [(arrivals[at] ?? 0) / 1000, arrivals[at + 1] ?? 0];
      later += tokens;
      this.#gapSumMs += gapMs;
      this.#longestGapMs = Math.max(this.#longestGapMs, gapMs / tokens);
    }
    this.#gaps += later;
    const tpotMs = later === 0 ? 0 : ((lastTokenMs ?? 0) - (firstTokenMs ?? 0)) / later;
    if (ttftMs < 120 && tpotMs < 12) this.#good++;
    if (session === undefined) return;
    const turn = into(this.#turns, session.turn, () => ({ sessions: new Set<number>(), inputTokens: [], ttftMs: [] }));
    turn.sessions.add(session.session);
    turn.inputTokens.push(inputTokens ?? 0);
    turn.ttftMs.push(ttftMs);
  }

  /** Rows by the heading of the query. */
  rows(): ReadonlyMap<string, readonly Row[]> {
    const ascending = <V>(groups: ReadonlyMap<number, V>): (readonly [number, V])[] =>
      [...groups].sort(([a], [b]) => a - b);
    return new Map<string, readonly Row[]>([
      ['Outcomes', [...this.#outcomes.values()].sort((a, b) => b.requests - a.requests)],
      [
        'Time to first token by minute',
        ascending(this.#minutes).map(([minute, values]) => ({
          minute,
          requests: values.length,
          p50_ms: quantile(values, 0.5),
          p99_ms: quantile(values, 0.99),
        })),
      ],
      [
        'Goodput',
        [
          {
            run: this.#run,
            offered: this.#offered,
            good: this.#good,
            good_per_second: (this.#good * 1000) / this.#windowMs,
          },
        ],
      ],
      [
        'By turn of a conversation',
        ascending(this.#turns).map(([turn, { sessions, inputTokens, ttftMs }]) => ({
          session_turn: turn,
          sessions: sessions.size,
          input_tokens: sum(inputTokens) / inputTokens.length,
          p90_ms: quantile(ttftMs, 0.9),
        })),
      ],
      [
        'Lateness of the client',
        [
          {
            unsent: this.#unsent,
            p99_ms: quantile(this.#lagsMs, 0.99),
            max_ms: this.#lagsMs.reduce((most, lag) => Math.max(most, lag), Number.NEGATIVE_INFINITY),
          },
        ],
      ],
      [
        'Gaps between tokens',
        [{ samples: this.#gaps, mean_ms: this.#gapSumMs / this.#gaps, max_ms: this.#longestGapMs }],
      ],
    ]);
  }
}

/** Where two answers differ by more than rounding; empty when they agree. */
export function differencesOf(heading: string, expected: readonly Row[], actual: readonly Row[]): string[] {
  if (expected.length === 0) return [`${heading}: nothing was expected, so nothing is checked`];
  if (expected.length !== actual.length) return [`${heading}: ${actual.length} rows, expected ${expected.length}`];
  return expected.flatMap((row, at) =>
    Object.entries(row).flatMap(([column, value]) => {
      const got = actual[at]?.[column];
      const isSame =
        typeof value === 'number' && typeof got === 'number'
          ? Math.abs(value - got) <= 1e-9 * Math.max(1, Math.abs(value))
          : value === got;
      return isSame ? [] : [`${heading}, row ${at + 1}, ${column}: ${got}, expected ${value}`];
    }),
  );
}
