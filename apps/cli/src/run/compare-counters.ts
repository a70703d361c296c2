import type { Finding, RequestRecord } from '@assay/contracts';
import type { ServerCounters } from '@assay/loadgen';

/** Sums over the records of a run, warm-up included: the server counts it too. */
export interface RunTotals {
  readonly sent: number;
  readonly ok: number;
  /** Over ok requests; `undefined` when one of them does not say. */
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
}

export async function totalsOf(records: AsyncIterable<RequestRecord>): Promise<RunTotals> {
  let sent = 0;
  let ok = 0;
  let promptTokens: number | undefined = 0;
  let generatedTokens: number | undefined = 0;
  for await (const record of records) {
    if (record.sentMs !== null) sent++;
    if (record.outcome !== 'ok') continue;
    ok++;
    promptTokens = add(promptTokens, record.inputTokens);
    // Counted events are not what the server counts.
    generatedTokens = add(generatedTokens, record.outputTokensSource === 'event-count' ? null : record.outputTokens);
  }
  return { sent, ok, promptTokens, generatedTokens };
}

const add = (sum: number | undefined, value: number | null): number | undefined =>
  sum === undefined || value === null ? undefined : sum + value;

const COUNTED = [
  ['requests', 'requests'],
  ['promptTokens', 'prompt tokens'],
  ['generatedTokens', 'generated tokens'],
] as const;

/**
 * Where the growth of the server's counters and the sums of the records exclude each other. A request that failed may be in the
 * server's counts or not, in whole or in part, so with failures only too small a growth is a contradiction.
 */
export function compareCounters(
  before: ServerCounters | undefined,
  after: ServerCounters | undefined,
  ours: RunTotals,
): readonly Finding[] {
  if (before === undefined || after === undefined) return [];
  const differences: string[] = [];
  for (const [key, noun] of COUNTED) {
    const growth = growthOf(before[key], after[key]);
    if (growth === undefined) continue;
    if (growth < 0) return [restarted(noun)];
    const least = key === 'requests' ? ours.ok : ours[key];
    const most = key === 'requests' ? ours.sent : ours.ok === ours.sent ? ours[key] : Number.POSITIVE_INFINITY;
    if (least === undefined || most === undefined || (growth >= least && growth <= most)) continue;
    differences.push(`${growth} ${noun} where this run has ${growth < least ? least : most}`);
  }
  if (differences.length === 0) return [];
  const message = `the server counted ${differences.join(', ')} (hint: another client, or several servers behind the address?)`;
  return [{ code: 'COUNTERS_DISAGREE', severity: 'limits', message }];
}

const growthOf = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before;

function restarted(noun: string): Finding {
  const message = `the server's count of ${noun} went back during the run: it was restarted, or another one answered`;
  return { code: 'SERVER_CHANGED', severity: 'invalidates', message };
}
