import type { LiveStats } from '../health/live-stats.ts';
import type { RunOptions } from '../run.ts';
import type { ClosedSchedule, OpenSchedule, Schedule } from '../schedule/schedule.ts';
import { createWarmup, type WarmupPlan } from '../schedule/warmup.ts';
import { countOfSessions, type Share } from '../shard/share.ts';
import { alignOffsetMs } from './due-grid.ts';
import { LookAhead, type PlannedRequest } from './look-ahead.ts';
import type { OpenSegment } from './open-loop.ts';
import { openSegment } from './open-segment.ts';
import type { PermitLoopOptions } from './permit-loop.ts';
import { SessionsOfLoad } from './sessions-of-load.ts';

export type PlannedLoadOptions = Pick<RunOptions, 'config' | 'schedule' | 'prompts' | 'backend' | 'transport'> & {
  readonly requestIdPrefix: string | null;
};

type Phase = PlannedRequest['phase'];

const WINDOW = 64;

/** One worker's requests of a load, by phase: which they are, when they are due, and their bytes ahead of time. */
export class PlannedLoad {
  readonly warmup: WarmupPlan | undefined;
  /** Conversations of an open loop. */
  readonly sessions: SessionsOfLoad | undefined;
  readonly #options: PlannedLoadOptions;
  readonly #share: Share;
  readonly #measure: LookAhead;
  readonly #warmupAhead: LookAhead | undefined;

  constructor(options: PlannedLoadOptions, share: Share) {
    const { config, schedule, prompts } = options;
    this.#options = options;
    this.#share = share;
    this.warmup = createWarmup(config, schedule);
    const prepareMeasured = (index: number): PlannedRequest => this.prepare(index, 'measure');
    this.sessions =
      schedule.kind === 'sessions' && prompts.sessionAt !== undefined
        ? new SessionsOfLoad(schedule, share, prompts.sessionAt, prepareMeasured, WINDOW)
        : undefined;
    this.#measure = this.sessions?.firstTurns ?? this.#lookAhead('measure', schedule.count ?? Number.POSITIVE_INFINITY);
    const warmupCount = this.warmup?.kind === 'open' ? this.warmup.schedule.count : this.warmup?.count;
    this.#warmupAhead = warmupCount === undefined ? undefined : this.#lookAhead('warmup', warmupCount);
  }

  /** Prepares the first requests. */
  fill(): void {
    this.#warmupAhead?.fill();
    this.#measure.fill();
  }

  prepare(index: number, phase: Phase): PlannedRequest {
    const { backend, transport, prompts, requestIdPrefix } = this.#options;
    const sample = prompts.sampleAt(index, phase);
    const encoded = backend.encode(sample);
    if (requestIdPrefix === null) return { index, phase, sample, prepared: transport.prepare(encoded, index) };
    const id = `${requestIdPrefix}${phase === 'warmup' ? 'w' : ''}${index}`;
    const headers = { ...encoded.headers, 'x-request-id': id };
    return { index, phase, sample, prepared: transport.prepare({ ...encoded, headers }, index) };
  }

  /** Warm-up of an open loop; `undefined` without one. */
  warmupSegment(originMs: number): OpenSegment | undefined {
    const { warmup } = this;
    if (warmup?.kind !== 'open' || this.#warmupAhead === undefined) return undefined;
    return openSegment('warmup', warmup.schedule, this.#share, this.#warmupAhead, originMs);
  }

  /** When the measured phase of an open loop begins. */
  measureAtMs(originMs: number): number {
    return this.warmup?.kind === 'open' ? originMs + alignOffsetMs(this.warmup.schedule.endMs) : originMs;
  }

  measureSegment(schedule: OpenSchedule, measureAtMs: number): OpenSegment {
    return openSegment('measure', schedule, this.#share, this.#measure, measureAtMs);
  }

  /** What a closed loop needs to know of them. */
  closedOptions(
    schedule: ClosedSchedule,
    originMs: number,
  ): Omit<PermitLoopOptions, 'ports' | 'send' | 'onDone' | 'onMeasureStart'> {
    const { sessionAt } = this.#options.prompts;
    const { warmup } = this;
    const share = this.#share;
    const total = schedule.count ?? Number.POSITIVE_INFINITY;
    return {
      sessionAt: sessionAt === undefined ? undefined : (session) => sessionAt(share.indexAt(session)),
      prepareAt: (index) => this.prepare(index, 'measure'),
      indexLimit: total,
      count: sessionAt === undefined ? share.countOf(total) : countOfSessions(share, sessionAt, total),
      concurrency: share.permitsOf(schedule.concurrency),
      startAtMs: originMs,
      warmup:
        warmup?.kind === 'closed' && this.#warmupAhead !== undefined
          ? { lookAhead: this.#warmupAhead, untilMs: originMs + warmup.durationMs }
          : undefined,
      measure: this.#measure,
      durationMs: schedule.durationMs ?? Number.POSITIVE_INFINITY,
    };
  }

  /** Whether a number of requests ended the load before its time could. */
  isCountReached(schedule: Schedule, { sentMeasured, outcomes }: LiveStats): boolean {
    if (schedule.kind === 'closed') return this.#measure.isExhausted;
    if (schedule.kind === 'open' || this.sessions === undefined) return false;
    return schedule.starts.durationMs === undefined && sentMeasured + outcomes.dropped >= this.sessions.requests;
  }

  /** The worker's requests of a phase; positions in it are turned into indices of the whole load. */
  #lookAhead(phase: Phase, total: number): LookAhead {
    const share = this.#share;
    return new LookAhead((at) => this.prepare(share.indexAt(at), phase), share.countOf(total), WINDOW);
  }
}
