import type { PromptSource } from '../prompt/prompt-source.ts';
import type { SessionSchedule } from '../schedule/session-schedule.ts';
import { countOfSessions, type Share } from '../shard/share.ts';
import { alignOffsetMs } from './due-grid.ts';
import { LookAhead, type PlannedRequest } from './look-ahead.ts';
import type { OpenSessionsOptions } from './open-sessions.ts';

/** One worker's conversations of a load: their places among the requests, and when they begin. */
export class SessionsOfLoad {
  readonly firstTurns: LookAhead;
  /** Requests of them all. */
  readonly requests: number;
  readonly #schedule: SessionSchedule;
  readonly #share: Share;
  readonly #sessionAt: NonNullable<PromptSource['sessionAt']>;
  readonly #prepareAt: (index: number) => PlannedRequest;

  constructor(
    schedule: SessionSchedule,
    share: Share,
    sessionAt: NonNullable<PromptSource['sessionAt']>,
    prepareAt: (index: number) => PlannedRequest,
    window: number,
  ) {
    this.#schedule = schedule;
    this.#share = share;
    this.#sessionAt = sessionAt;
    this.#prepareAt = prepareAt;
    this.firstTurns = new LookAhead((position) => prepareAt(this.#placeAt(position).firstIndex), this.count, window);
    this.requests = countOfSessions(share, sessionAt, schedule.indexLimit);
  }

  get count(): number {
    return this.#share.countOf(this.#schedule.starts.count);
  }

  /** What the loop needs to know of them. @param measureAtMs Start of the measured phase. */
  options(measureAtMs: number): Omit<OpenSessionsOptions, 'ports' | 'send' | 'onDone'> {
    const { starts, indexLimit, durationMs = Number.POSITIVE_INFINITY } = this.#schedule;
    return {
      firstTurns: this.firstTurns,
      prepareAt: this.#prepareAt,
      count: this.count,
      startAtMs: (position) => measureAtMs + alignOffsetMs(starts.offsetMsAt(this.#share.indexAt(position))),
      endIndexAt: (position) => {
        const { firstIndex, turns } = this.#placeAt(position);
        return Math.min(firstIndex + turns, indexLimit);
      },
      untilMs: measureAtMs + durationMs,
    };
  }

  #placeAt(position: number): { readonly firstIndex: number; readonly turns: number } {
    return this.#sessionAt(this.#share.indexAt(position));
  }
}
