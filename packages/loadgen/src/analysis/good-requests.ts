import type { RequestRecord } from '@assay/contracts';
import { isMet, type Objective, parseObjective } from './objective.ts';
import { timePerTokenMs } from './token-count.ts';

type RequestFigure = (record: RequestRecord) => number | undefined;

/** Figures of a single request, by metric id; latencies start at the scheduled time. */
export const REQUEST_FIGURES: Readonly<Record<'ttft_ms' | 'ttfa_ms' | 'e2e_latency_ms' | 'tpot_ms', RequestFigure>> = {
  ttft_ms: (record) => (record.firstTokenMs === null ? undefined : record.firstTokenMs - record.scheduledMs),
  ttfa_ms: (record) => (record.firstAnswerMs === null ? undefined : record.firstAnswerMs - record.scheduledMs),
  e2e_latency_ms: (record) => {
    const doneMs = record.lastTokenMs ?? record.endMs;
    return doneMs === null ? undefined : doneMs - record.scheduledMs;
  },
  tpot_ms: timePerTokenMs,
};

/** Objectives that can be judged request by request. */
const JUDGED: Readonly<Record<string, RequestFigure>> = { ...REQUEST_FIGURES, itl_ms: timePerTokenMs };

/** Counts the offered requests that are ok and meet every latency objective by themselves. */
export class GoodRequests {
  readonly #objectives: readonly (readonly [Objective, RequestFigure])[];
  /** Good ones among all offered. */
  count = 0;
  /** Ok requests that lack a figure an objective needs. */
  unjudged = 0;

  constructor(objectives: readonly string[]) {
    this.#objectives = objectives.flatMap((text) => {
      const objective = parseObjective(text);
      const figure = objective === undefined ? undefined : JUDGED[objective.metric];
      return objective === undefined || figure === undefined ? [] : [[objective, figure] as const];
    });
  }

  get hasObjectives(): boolean {
    return this.#objectives.length > 0;
  }

  add(record: RequestRecord): void {
    if (record.outcome !== 'ok') return;
    let isGood = true;
    for (const [objective, figure] of this.#objectives) {
      const value = figure(record);
      if (value === undefined) {
        // One token has no time per token: nothing to violate.
        if (objective.metric === 'tpot_ms' || objective.metric === 'itl_ms') continue;
        this.unjudged++;
        return;
      }
      isGood &&= isMet(objective, value);
    }
    if (isGood) this.count++;
  }
}
