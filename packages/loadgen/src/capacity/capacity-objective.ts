import type { RequestRecord } from '@assay/contracts';
import { type Objective, parseObjective } from '../analysis/objective.ts';
import { timePerTokenMs } from '../analysis/token-count.ts';
import { LoadgenError } from '../errors.ts';

/** What one request says about an objective: `amount` of `weight`, whose ratio over all requests is held against the bound. */
interface ObjectiveShare {
  readonly amount: number;
  readonly weight: number;
}

/** An objective as the search tests it. */
export interface CapacityObjective {
  readonly text: string;
  /** `share`: at most `bound` of the weight may miss the limit. `mean`: the mean lies below `bound`. */
  readonly kind: 'share' | 'mean';
  readonly bound: number;
  /** Longest latency that meets it, milliseconds; 0 where it is about no latency. */
  readonly limitMs: number;
  /** `undefined` for a request that says nothing about it. */
  readonly shareOf: (record: RequestRecord) => ObjectiveShare | undefined;
}

const HINT = 'latencies by mean or quantile and error_ratio, such as ttft_ms.p99<500, itl_ms.p99<50, error_ratio<1%';

type RequestFigure = (record: RequestRecord) => number | undefined;

const sinceDue = (atMs: number | null, { scheduledMs }: RequestRecord): number | undefined =>
  atMs === null ? undefined : atMs - scheduledMs;

const FIGURES: Readonly<Record<string, RequestFigure>> = {
  ttft_ms: (record) => sinceDue(record.firstTokenMs, record),
  ttfa_ms: (record) => sinceDue(record.firstAnswerMs, record),
  e2e_latency_ms: (record) => sinceDue(record.lastTokenMs ?? record.endMs, record),
  tpot_ms: timePerTokenMs,
};

/** Metrics that a good answer may lack: an answer of one token has no time between tokens. */
const MAY_BE_ABSENT: ReadonlySet<string> = new Set(['tpot_ms', 'ttfa_ms']);

/**
 * Objective in the form the search can test while requests end.
 *
 * @throws LoadgenError CAPACITY_OBJECTIVE_INVALID
 */
export function toCapacityObjective(text: string): CapacityObjective {
  const objective = parseObjective(text);
  if (objective === undefined) throw refuse(text, 'is no objective');
  const { metric, statistic, operator, threshold } = objective;
  if (operator !== '<' && operator !== '<=') throw refuse(text, 'has no upper limit, and a rate has to have one');
  if (metric === 'error_ratio') {
    const shareOf = (record: RequestRecord): ObjectiveShare => share(record.outcome !== 'ok');
    return { text, kind: 'share', bound: threshold, limitMs: 0, shareOf };
  }
  const figureOf = FIGURES[metric];
  if (figureOf === undefined && metric !== 'itl_ms') throw refuse(text, 'cannot be tested request by request');
  const q = /^p([\d.]+)$/.exec(statistic)?.[1];
  if (q !== undefined) {
    const bound = Number((1 - Number(q) / 100).toPrecision(9));
    const shareOf =
      figureOf === undefined
        ? (record: RequestRecord) => lateTokens(record, objective)
        : (record: RequestRecord) => lateRequest(record, objective, figureOf);
    return { text, kind: 'share', bound, limitMs: threshold, shareOf };
  }
  if (statistic !== 'mean') throw refuse(text, `${statistic} is no figure that a sample decides`);
  const shareOf = (record: RequestRecord): ObjectiveShare | undefined => meanShare(record, figureOf ?? timePerTokenMs);
  return { text, kind: 'mean', bound: threshold, limitMs: threshold, shareOf };
}

const share = (isMissed: boolean): ObjectiveShare => ({ amount: isMissed ? 1 : 0, weight: 1 });

const isOver = ({ operator, threshold }: Objective, value: number): boolean =>
  operator === '<' ? value >= threshold : value > threshold;

/** A request without an answer has not met a latency objective. */
function lateRequest(record: RequestRecord, objective: Objective, figureOf: RequestFigure): ObjectiveShare | undefined {
  if (record.outcome !== 'ok') return share(true);
  const value = figureOf(record);
  if (value === undefined) return MAY_BE_ABSENT.has(objective.metric) ? undefined : share(true);
  return share(isOver(objective, value));
}

/** Tokens behind a gap over the limit, of all tokens after the first read; a failed request counts as one token that is late. */
function lateTokens(record: RequestRecord, objective: Objective): ObjectiveShare | undefined {
  if (record.outcome !== 'ok') return share(true);
  const { arrivals } = record;
  let amount = 0;
  let weight = 0;
  for (let i = 2; i + 1 < arrivals.length; i += 2) {
    const tokens = arrivals[i + 1] ?? 0;
    if (tokens === 0) continue;
    weight += tokens;
    if (isOver(objective, (arrivals[i] ?? 0) / 1000 / tokens)) amount += tokens;
  }
  return weight === 0 ? undefined : { amount, weight };
}

function meanShare(record: RequestRecord, figureOf: RequestFigure): ObjectiveShare | undefined {
  const value = record.outcome === 'ok' ? figureOf(record) : undefined;
  return value === undefined ? undefined : { amount: value, weight: 1 };
}

function refuse(text: string, why: string): LoadgenError {
  return new LoadgenError('CAPACITY_OBJECTIVE_INVALID', `objective "${text}" ${why}`, {
    hint: `the search takes ${HINT}`,
  });
}
