import type { Metric, RequestRecord, ResultsDocument } from '@assay/contracts';
import { distributionOf } from './distribution-figures.ts';
import { NumberColumn } from './number-column.ts';

type SessionFigures = NonNullable<ResultsDocument['sessions']>;

/** Later turns are in no figure by turn. */
const MOST_TURNS = 64;
const STATISTICS: ReadonlySet<Metric['statistic']> = new Set(['mean', 'p50', 'p90', 'p99']);

/** What is known of one conversation so far. */
interface Course {
  firstDueMs: number;
  lastEndMs: number;
  waitedMs: number;
  ok: number;
  /** Turns that it has; 0 where the records do not say. */
  turns: number;
}

/**
 * Conversations as a whole: how long they took, how long of it somebody waited for answers, and how the first token comes turn by turn, as
 * contexts grow. Memory grows by some numbers per conversation.
 */
export class SessionView {
  readonly #courses = new Map<number, Course>();
  readonly #ttftByTurn: NumberColumn[] = [];

  add(record: RequestRecord): void {
    const { phase, session, scheduledMs, firstTokenMs, endMs, outcome } = record;
    if (phase === 'warmup' || session === undefined) return;
    let course = this.#courses.get(session.session);
    if (course === undefined) {
      course = { firstDueMs: Number.POSITIVE_INFINITY, lastEndMs: 0, waitedMs: 0, ok: 0, turns: 0 };
      this.#courses.set(session.session, course);
    }
    course.firstDueMs = Math.min(course.firstDueMs, scheduledMs);
    course.turns = session.turns ?? 0;
    if (outcome !== 'ok' || endMs === null) return;
    course.ok++;
    course.lastEndMs = Math.max(course.lastEndMs, endMs);
    course.waitedMs += endMs - scheduledMs;
    if (session.turn >= MOST_TURNS || firstTokenMs === null) return;
    while (this.#ttftByTurn.length <= session.turn) this.#ttftByTurn.push(new NumberColumn());
    this.#ttftByTurn[session.turn]?.push(firstTokenMs - scheduledMs);
  }

  /** `undefined` where every request stands alone. */
  figures(): SessionFigures | undefined {
    const courses = [...this.#courses.values()];
    if (courses.length === 0) return undefined;
    const isTold = courses.every(({ turns }) => turns > 0);
    const complete = courses.filter(({ ok, turns }) => turns > 0 && ok === turns);
    const emptyReason = isTold ? 'NO_COMPLETE_SESSION' : 'TURNS_UNKNOWN';
    const metricsOf = (id: string, unit: string, value: (course: Course) => number): Metric[] =>
      figuresOf(id, unit, emptyReason, complete.map(value));
    return {
      sessions: courses.length,
      complete: isTold ? complete.length : null,
      metrics: [
        ...metricsOf('session_duration_ms', 'ms', ({ firstDueMs, lastEndMs }) => lastEndMs - firstDueMs),
        ...metricsOf('session_waiting_ms', 'ms', ({ waitedMs }) => waitedMs),
        ...metricsOf('session_turns', 'requests', ({ turns }) => turns),
      ],
      turns: this.#ttftByTurn.map((column, turn) => ({
        turn,
        metrics: keep(
          distributionOf({ id: 'ttft_ms', unit: 'ms', from: 'scheduled', emptyReason: 'NO_CONTENT' }, column),
        ),
      })),
    };
  }
}

function figuresOf(id: string, unit: string, emptyReason: string, values: readonly number[]): Metric[] {
  const column = new NumberColumn();
  for (const value of values) column.push(value);
  return keep(distributionOf({ id, unit, emptyReason }, column));
}

const keep = (metrics: readonly Metric[]): Metric[] => metrics.filter(({ statistic }) => STATISTICS.has(statistic));
