import type { Metric, RequestRecord, ResultsDocument, RunDocument } from '@assay/contracts';
import { distributionOf } from './distribution-figures.ts';
import { GroupSamples, groupStatistics } from './group-samples.ts';
import { NumberColumn } from './number-column.ts';
import type { Window } from './run-samples.ts';

type SessionFigures = NonNullable<ResultsDocument['sessions']>;

/** Later turns are in no figure by turn. */
const MOST_TURNS = 64;

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
 * Conversations as a whole: how long they took, how long of it somebody waited for answers, and how requests fare turn by turn, as
 * contexts grow. Memory grows by some numbers per conversation.
 */
export class SessionView {
  readonly #courses = new Map<number, Course>();
  readonly #turns: (GroupSamples | undefined)[] = [];
  readonly #run: RunDocument;

  constructor(run: RunDocument) {
    this.#run = run;
  }

  add(record: RequestRecord): void {
    const { phase, session, scheduledMs, endMs, outcome } = record;
    if (phase === 'warmup' || session === undefined) return;
    let course = this.#courses.get(session.session);
    if (course === undefined) {
      course = { firstDueMs: Number.POSITIVE_INFINITY, lastEndMs: 0, waitedMs: 0, ok: 0, turns: 0 };
      this.#courses.set(session.session, course);
    }
    course.firstDueMs = Math.min(course.firstDueMs, scheduledMs);
    course.turns = session.turns ?? 0;
    this.#addTurn(record, session.turn);
    if (outcome !== 'ok' || endMs === null) return;
    course.ok++;
    course.lastEndMs = Math.max(course.lastEndMs, endMs);
    course.waitedMs += endMs - scheduledMs;
  }

  #addTurn(record: RequestRecord, turn: number): void {
    if (turn >= MOST_TURNS) return;
    const samples = this.#turns[turn] ?? new GroupSamples(this.#run);
    this.#turns[turn] = samples;
    samples.add(record);
  }

  /** `undefined` where every request stands alone. @param window Of the run. */
  figures(window: Window | undefined): SessionFigures | undefined {
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
      turns: [...this.#turns.entries()].flatMap(([turn, samples]) =>
        samples === undefined ? [] : [{ turn, outcomes: { ...samples.outcomes }, metrics: samples.metrics(window) }],
      ),
    };
  }
}

function figuresOf(id: string, unit: string, emptyReason: string, values: readonly number[]): Metric[] {
  const column = new NumberColumn();
  for (const value of values) column.push(value);
  return groupStatistics(distributionOf({ id, unit, emptyReason }, column));
}
