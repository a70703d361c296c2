import type { Metric, ResultsDocument } from '@assay/contracts';
import { isMet, parseObjective } from './objective.ts';

type SloVerdict = ResultsDocument['slo'][number];

/** Judges one objective by the figures; a figure that is not there is unknown, never a pass. Latency counts from the scheduled time. */
export function judgeObjective(text: string, metrics: readonly Metric[]): SloVerdict {
  const unknown = (reason: string): SloVerdict => ({ objective: text, verdict: 'unknown', value: null, reason });
  const objective = parseObjective(text);
  if (objective === undefined) return unknown('NOT_AN_OBJECTIVE');
  const figure = metrics.find(
    ({ id, statistic, from }) => id === objective.metric && statistic === objective.statistic && from !== 'sent',
  );
  if (figure === undefined) return unknown('UNKNOWN_METRIC');
  if (figure.state === 'unavailable') return unknown(figure.reason);
  const verdict = isMet(objective, figure.value) ? 'pass' : 'fail';
  return { objective: text, verdict, value: figure.value, reason: null };
}
