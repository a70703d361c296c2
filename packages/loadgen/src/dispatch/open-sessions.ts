import { DueQueue } from './due-queue.ts';
import { DueWait } from './due-wait.ts';
import type { LookAhead, PlannedRequest } from './look-ahead.ts';
import type { LoopPorts, RunningLoop } from './open-loop.ts';

export interface OpenSessionsOptions {
  readonly ports: LoopPorts;
  /** First turns of the conversations, in the order in which these begin. */
  readonly firstTurns: LookAhead;
  /** Conversations. */
  readonly count: number;
  /** When the conversation at a position is to begin. */
  startAtMs(position: number): number;
  /** First index behind the turns of the conversation at a position. */
  endIndexAt(position: number): number;
  prepareAt(index: number): PlannedRequest;
  /** A turn that is due at this time or later is not sent; infinite where nothing but the conversations bounds the run. */
  readonly untilMs: number;
  send(planned: PlannedRequest, dueAtMs: number): void;
  /** Called once: no turn will follow any more. */
  onDone(): void;
}

export interface RunningSessions extends RunningLoop {
  /** A request ended, or was not sent at all: the next turn of its conversation is due after the think time. */
  release(atMs: number, planned: PlannedRequest): void;
}

/** A conversation under way. */
interface Walk {
  nextIndex: number;
  readonly endIndex: number;
  /** The next turn, encoded while the one before is answered. */
  prepared: PlannedRequest | undefined;
}

const MAX_SENDS_PER_TURN = 32;
const MAX_PREPARED_PER_TURN = 2;
const SLACK_TO_PREPARE_MS = 0.3;

/**
 * Begins conversations at absolute times, whatever the answers do, and goes on with each when its answers come. Only the first turn of a
 * conversation can be scheduled: a person who has not read an answer does not ask the next question. A turn that failed, or was
 * dropped, is followed by the next one all the same, so that which requests are offered does not depend on the answers.
 */
export function startOpenSessions(options: OpenSessionsOptions): RunningSessions {
  const loop = new OpenSessions(options);
  loop.begin();
  return loop;
}

class OpenSessions implements RunningSessions {
  readonly #options: OpenSessionsOptions;
  readonly #wait: DueWait;
  /** Conversations whose turn waits for its time. */
  readonly #queue = new DueQueue<Walk>();
  /** Conversations whose turn waits for its answer, by the index of that turn. */
  readonly #answered = new Map<number, Walk>();
  readonly #toPrepare: Walk[] = [];
  #prepareCostMs = 0;
  #isInTurn = false;
  #isStopped = false;
  /** What is waited for: the time of a turn, 0 for the next turn of the event loop, infinite for an answer. */
  #armedForMs = Number.POSITIVE_INFINITY;

  constructor(options: OpenSessionsOptions) {
    this.#options = options;
    this.#wait = new DueWait(options.ports, () => this.#turn());
  }

  begin(): void {
    this.#options.ports.pacer.soon(() => this.#turn());
  }

  get pollingMs(): number {
    return this.#wait.pollingMs;
  }

  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#options.onDone();
  }

  release(atMs: number, planned: PlannedRequest): void {
    const walk = planned.phase === 'measure' ? this.#answered.get(planned.index) : undefined;
    if (walk === undefined || this.#isStopped) return;
    this.#answered.delete(planned.index);
    const next = this.#prepareNext(walk);
    const dueAtMs = atMs + (next.sample.session?.thinkTimeMs ?? 0);
    if (dueAtMs < this.#options.untilMs) this.#queue.push(dueAtMs, walk);
    // A turn without a think time leaves at once; what there is to prepare waits, for others have answers to be read.
    if (!this.#isInTurn) this.#go(() => this.#hasToPrepare());
  }

  #turn(): void {
    this.#armedForMs = Number.POSITIVE_INFINITY;
    this.#wait.onTurn(this.#options.ports.clock.nowMs());
    this.#go((nextDueMs) => this.#prepare(nextDueMs));
  }

  /** @param work Work for the time until the next turn is due; true while there is more of it. */
  #go(work: (nextDueMs: number) => boolean): void {
    if (this.#isStopped) return;
    const { ports, untilMs } = this.#options;
    this.#isInTurn = true;
    const nextDueMs = this.#sendDue();
    this.#isInTurn = false;
    if (this.#isStopped) return;
    if (nextDueMs === undefined && (this.#answered.size === 0 || ports.clock.nowMs() >= untilMs)) {
      this.stop();
      return;
    }
    const wakeAtMs = nextDueMs ?? untilMs;
    const isBusy = work(wakeAtMs);
    if (isBusy ? this.#armedForMs > 0 : wakeAtMs < this.#armedForMs) {
      this.#armedForMs = isBusy ? 0 : wakeAtMs;
      this.#wait.until(wakeAtMs, isBusy);
    }
  }

  /** Sends what is due; returns the next due time, or `undefined` while none is known. */
  #sendDue(): number | undefined {
    const { ports, firstTurns, count, startAtMs } = this.#options;
    for (let sends = 0; ; sends++) {
      if (this.#isStopped) return undefined;
      const position = firstTurns.nextIndex;
      const startMs = position < count ? startAtMs(position) : Number.POSITIVE_INFINITY;
      const dueAtMs = Math.min(startMs, this.#queue.nextMs ?? Number.POSITIVE_INFINITY);
      if (dueAtMs === Number.POSITIVE_INFINITY) return undefined;
      if (sends >= MAX_SENDS_PER_TURN || ports.clock.nowMs() < dueAtMs) return dueAtMs;
      if (dueAtMs === startMs) this.#begin(position, startMs);
      else this.#goOn();
    }
  }

  #begin(position: number, dueAtMs: number): void {
    const planned = this.#options.firstTurns.take();
    if (planned === undefined) return;
    const endIndex = this.#options.endIndexAt(position);
    this.#send(planned, dueAtMs, { nextIndex: planned.index + 1, endIndex, prepared: undefined });
  }

  #goOn(): void {
    const due = this.#queue.pop();
    if (due === undefined) return;
    const { atMs, item: walk } = due;
    const planned = this.#prepareNext(walk);
    walk.nextIndex++;
    walk.prepared = undefined;
    this.#send(planned, atMs, walk);
  }

  #send(planned: PlannedRequest, dueAtMs: number, walk: Walk): void {
    if (walk.nextIndex < walk.endIndex) {
      this.#answered.set(planned.index, walk);
      this.#toPrepare.push(walk);
    }
    this.#options.send(planned, dueAtMs);
  }

  #prepareNext(walk: Walk): PlannedRequest {
    walk.prepared ??= this.#options.prepareAt(walk.nextIndex);
    return walk.prepared;
  }

  /** Prepares a little while there is time; true while there is more to do. */
  #prepare(nextDueMs: number): boolean {
    const { clock } = this.#options.ports;
    for (let prepared = 0; ; prepared++) {
      const startMs = clock.nowMs();
      if (!this.#hasToPrepare()) return false;
      if (prepared >= MAX_PREPARED_PER_TURN || nextDueMs - startMs < SLACK_TO_PREPARE_MS + this.#prepareCostMs)
        return true;
      this.#prepareOne();
      this.#prepareCostMs = Math.max(clock.nowMs() - startMs, 0.95 * this.#prepareCostMs);
    }
  }

  #hasToPrepare(): boolean {
    for (let walk = this.#toPrepare[0]; walk !== undefined; walk = this.#toPrepare[0]) {
      if (walk.prepared === undefined && walk.nextIndex < walk.endIndex) return true;
      this.#toPrepare.shift();
    }
    return !this.#options.firstTurns.isFull;
  }

  #prepareOne(): void {
    const walk = this.#toPrepare.shift();
    if (walk === undefined) this.#options.firstTurns.fillOne();
    else this.#prepareNext(walk);
  }
}
