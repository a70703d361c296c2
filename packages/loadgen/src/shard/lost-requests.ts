import type { RequestRecord } from '@assay/contracts';
import { alignOffsetMs } from '../dispatch/due-grid.ts';
import type { FlightVerdict } from '../dispatch/flight.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';
import { unsentRecord } from '../record/unsent-record.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { WarmupPlan } from '../schedule/warmup.ts';
import type { PhaseSets } from './shard-state.ts';
import type { Share } from './share.ts';

type Phase = 'warmup' | 'measure';

/** What is known of a worker that was lost. */
export interface LostWorker {
  readonly share: Share;
  readonly reason: string;
  /** When it was missed, on the coordinator's clock. */
  readonly atMs: number;
  readonly started: PhaseSets;
  readonly ended: PhaseSets;
  /** Whether the others go on, so that the rest of its requests would have been sent. */
  readonly isRunOn: boolean;
}

export interface LostLoad {
  readonly schedule: Schedule;
  readonly warmup: WarmupPlan | undefined;
  readonly prompts: PromptSource;
  readonly originMs: number;
}

/**
 * Records of the requests a lost worker leaves behind: `aborted` where it had sent them, as far as is known, `dropped` where it had not. In a
 * closed loop nothing is due before a permit is free, and no later turn of a conversation before an answer: the moment of the loss stands for the
 * due time.
 */
export function* lostRequests(load: LostLoad, worker: LostWorker): Generator<RequestRecord, void, undefined> {
  for (const phase of ['warmup', 'measure'] as const) {
    const due = dueTimes(load, worker.share, phase);
    for (const index of unfinished(load, worker, phase)) {
      const dueAtMs = due(index);
      const isSent = worker.started[phase].has(index) || (dueAtMs !== undefined && dueAtMs < worker.atMs);
      if (!isSent && !worker.isRunOn) continue;
      const planned = { index, phase, sample: load.prompts.sampleAt(index, phase) };
      const verdict = verdictOf(isSent, worker);
      yield unsentRecord({ planned, verdict, originMs: load.originMs, dueAtMs: dueAtMs ?? worker.atMs });
    }
  }
}

function verdictOf(isSent: boolean, { share, reason }: LostWorker): FlightVerdict {
  const who = `worker ${share.place.index} was lost (${reason})`;
  return isSent
    ? { outcome: 'aborted', code: 'WORKER_LOST', message: `${who} before it told how this request ended` }
    : { outcome: 'dropped', code: 'WORKER_LOST', message: `${who} before this request was sent` };
}

/** Due times on the coordinator's clock, where the schedule says them: of an open loop's requests, or of the first turns of its conversations. */
function dueTimes(load: LostLoad, share: Share, phase: Phase): (index: number) => number | undefined {
  const { schedule, warmup, originMs } = load;
  const warm = warmup?.kind === 'open' ? warmup.schedule : undefined;
  if (phase === 'warmup') {
    return (index) => (warm === undefined ? undefined : originMs + alignOffsetMs(warm.offsetMsAt(index)));
  }
  const measureAtMs = originMs + alignOffsetMs(warm?.endMs ?? 0);
  switch (schedule.kind) {
    case 'open':
      return (index) => measureAtMs + alignOffsetMs(schedule.offsetMsAt(index));
    case 'sessions': {
      const startAtMs = new Map(
        [...ownSessions(load, share, schedule.starts.count)].map(({ session, firstIndex }) => [
          firstIndex,
          measureAtMs + alignOffsetMs(schedule.starts.offsetMsAt(session)),
        ]),
      );
      return (index) => startAtMs.get(index);
    }
    case 'closed':
      return () => undefined;
  }
}

interface OwnSession {
  readonly session: number;
  readonly firstIndex: number;
  readonly turns: number;
}

/** Conversations of a worker, of so many in all. */
function* ownSessions({ prompts }: LostLoad, share: Share, total: number): Generator<OwnSession, void, undefined> {
  const { sessionAt } = prompts;
  if (sessionAt === undefined) return;
  for (let at = 0; at < share.countOf(total); at++) {
    const session = share.indexAt(at);
    yield { session, ...sessionAt(session) };
  }
}

/** Its requests that did not end, in order; where nothing bounds them, those it had begun. */
function* unfinished(load: LostLoad, worker: LostWorker, phase: Phase): Generator<number, void, undefined> {
  const ended = worker.ended[phase];
  const total = totalOf(load, phase);
  for (const index of total === undefined ? begun(load, worker, phase) : ownIndices(load, worker.share, phase, total)) {
    if (!ended.has(index)) yield index;
  }
}

/** Where time cuts a load, nobody promised more than the conversations that the schedule begins, and what was sent. */
function* begun(load: LostLoad, worker: LostWorker, phase: Phase): Generator<number, void, undefined> {
  const { schedule } = load;
  const started = worker.started[phase];
  yield* started;
  if (schedule.kind !== 'sessions' || phase === 'warmup') return;
  for (const { firstIndex } of ownSessions(load, worker.share, schedule.starts.count)) {
    if (!started.has(firstIndex)) yield firstIndex;
  }
}

function totalOf({ schedule, warmup }: LostLoad, phase: Phase): number | undefined {
  const total = phase === 'measure' ? schedule.count : warmup?.kind === 'open' ? warmup.schedule.count : warmup?.count;
  if (total === undefined) return phase === 'measure' ? undefined : 0;
  // A loop of answers that time may end first never promised the rest.
  const isTimed =
    schedule.kind !== 'open' &&
    (phase === 'measure'
      ? schedule.durationMs !== undefined
      : warmup?.kind === 'closed' && Number.isFinite(warmup.durationMs));
  return isTimed || !Number.isFinite(total) ? undefined : total;
}

function* ownIndices(
  { prompts, schedule }: LostLoad,
  share: Share,
  phase: Phase,
  total: number,
): Generator<number, void, undefined> {
  const { sessionAt } = prompts;
  if (sessionAt === undefined || schedule.kind === 'open' || phase === 'warmup') {
    for (let at = 0; at < share.countOf(total); at++) yield share.indexAt(at);
    return;
  }
  for (let at = 0; ; at++) {
    const { firstIndex, turns } = sessionAt(share.indexAt(at));
    if (firstIndex >= total) return;
    for (let index = firstIndex; index < Math.min(firstIndex + turns, total); index++) yield index;
  }
}
