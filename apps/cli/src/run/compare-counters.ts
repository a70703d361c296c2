import type { Finding, RequestRecord } from '@assay/contracts';
import type { ServerCounters } from '@assay/loadgen';
import type { AnswerSources } from './answer-sources.ts';

/** Sums over the records of a run, warm-up included: the server counts it too. */
export interface RunTotals {
  readonly sent: number;
  readonly ok: number;
  /** Over ok requests; `undefined` when one of them does not say. */
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
  /** Requests that were answered with a redirect, and where the first of them was sent; absent where there are none. */
  readonly redirected?: { readonly requests: number; readonly message: string };
}

/** Adds records up in one walk; `sources` is shown each of them. */
export async function totalsOf(records: AsyncIterable<RequestRecord>, sources?: AnswerSources): Promise<RunTotals> {
  let sent = 0;
  let ok = 0;
  let promptTokens: number | undefined = 0;
  let generatedTokens: number | undefined = 0;
  let redirects = 0;
  let redirect = '';
  for await (const record of records) {
    sources?.add(record);
    if (record.sentMs !== null) sent++;
    if (record.httpStatus !== null && record.httpStatus >= 300 && record.httpStatus <= 399) {
      redirects++;
      redirect ||= record.message ?? '';
    }
    if (record.outcome !== 'ok') continue;
    ok++;
    promptTokens = add(promptTokens, record.inputTokens);
    // Counted events are not what the server counts.
    generatedTokens = add(generatedTokens, record.outputTokensSource === 'event-count' ? null : record.outputTokens);
  }
  const redirected = redirects === 0 ? {} : { redirected: { requests: redirects, message: redirect } };
  return { sent, ok, promptTokens, generatedTokens, ...redirected };
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
  return [{ code: 'SERVER_DISAGREES', severity: 'limits', message }];
}

const growthOf = (before: number | undefined, after: number | undefined): number | undefined =>
  before === undefined || after === undefined ? undefined : after - before;

function restarted(noun: string): Finding {
  const message = `the server's count of ${noun} went back during the run: it was restarted, or another one answered`;
  return { code: 'SERVER_CHANGED', severity: 'invalidates', message };
}

/** Redirects of the generation route, which no client of an inference service follows. */
export function redirectFindings({ redirected, sent }: RunTotals): readonly Finding[] {
  if (redirected === undefined) return [];
  const message = `${redirected.requests} of ${sent} requests were answered with a redirect, which is not followed: the generation route ${redirected.message} (hint: the address behind it as --target, or a key with --api-key-env)`;
  return [{ code: 'REQUESTS_REDIRECTED', severity: 'limits', message }];
}
