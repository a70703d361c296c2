import type { Metric, RequestRecord, ResultsDocument } from '@assay/contracts';
import { LoadgenError } from '../errors.ts';
import { REQUEST_METRICS } from './request-metric.ts';

type Verdict = ResultsDocument['slo'][number];

export interface Objective {
  readonly text: string;
  readonly metric: string;
  readonly statistic: string;
  readonly operator: '<' | '<=' | '>' | '>=';
  readonly threshold: number;
}

const FORM = /^\s*([a-z][a-z0-9_]*)(?:\.([a-z0-9.]+))?\s*(<=|>=|<|>)\s*([0-9.eE+-]+)\s*$/;

/** Reads an objective such as `ttft_ms.p99<500`; throws `LoadgenError` (`SLO_MALFORMED`). */
export function parseObjective(text: string): Objective {
  const [, metric, statistic, operator, threshold] = FORM.exec(text) ?? [];
  const limit = Number(threshold);
  if (metric === undefined || operator === undefined || !Number.isFinite(limit)) {
    throw new LoadgenError('SLO_MALFORMED', `${JSON.stringify(text)} is no objective`, { hint: "write METRIC.STATISTIC<NUMBER, for example 'ttft_ms.p99<500'" });
  }
  return { text, metric, statistic: statistic ?? 'mean', operator: operator as Objective['operator'], threshold: limit };
}

function holds(value: number, { operator, threshold }: Objective): boolean {
  switch (operator) {
    case '<':
      return value < threshold;
    case '<=':
      return value <= threshold;
    case '>':
      return value > threshold;
    case '>=':
      return value >= threshold;
  }
}

/** Verdict on an objective. A figure that there is not gives `unknown`, never `pass`. */
export function judge(objective: Objective, metrics: readonly Metric[]): Verdict {
  const { text, metric, statistic } = objective;
  const isAny = (candidate: Metric): boolean => candidate.id === metric && (candidate.statistic === statistic || ['rate', 'ratio'].includes(candidate.statistic));
  const found = metrics.find((candidate) => isAny(candidate) && candidate.from !== 'sent');
  if (found === undefined) return { objective: text, verdict: 'unknown', value: null, reason: 'NO_SUCH_METRIC' };
  if (found.state === 'unavailable') return { objective: text, verdict: 'unknown', value: null, reason: found.reason };
  return { objective: text, verdict: holds(found.value, objective) ? 'pass' : 'fail', value: found.value, reason: null };
}

/**
 * Whether one request meets every objective about requests (goodput, as in DistServe): a failed request never does, and neither does one
 * that lacks the figure asked for. The statistic of an objective is about many requests and does not matter here.
 */
export function isGood(record: RequestRecord, objectives: readonly Objective[]): boolean {
  if (record.outcome !== 'ok') return false;
  return objectives.every((objective) => {
    const id = objective.metric === 'itl_ms' ? 'tpot_ms' : objective.metric;
    const metric = REQUEST_METRICS.find((candidate) => candidate.id === id && candidate.from !== 'sent');
    if (metric === undefined) return true;
    const value = metric.valueOf(record);
    return value !== undefined && holds(value, objective);
  });
}
