import type { Clock, Timer } from '@assay/timebase';
import { announce } from '../dispatch/announce.ts';
import { alignOriginMs } from '../dispatch/due-grid.ts';
import { lateAfterMsOf } from '../dispatch/summarize-run.ts';
import type { RunEvent, RunPhase, RunStatus, RunSummary } from '../events.ts';
import { countRecord, createLiveStats, type LiveStats } from '../health/live-stats.ts';
import { createTicker } from '../health/ticker.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';
import { toRecordLine } from '../record/record-line.ts';
import type { RecordFailure, RecordSink } from '../record/recorder.ts';
import type { LoadConfig } from '../run.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { createWarmup, type WarmupPlan } from '../schedule/warmup.ts';
import { addCounters } from './add-counters.ts';
import { Barrier } from './barrier.ts';
import type { ShardLink } from './link.ts';
import { lostRequests } from './lost-requests.ts';
import { mergeSummaries } from './merge-summaries.ts';
import { reclaimPermits } from './permits.ts';
import { permitsOfLoad } from './permits-of-load.ts';
import { type FromShard, SHARD_PROTOCOL } from './protocol.ts';
import { ShardState } from './shard-state.ts';

export interface RunShardsOptions {
  readonly config: LoadConfig;
  readonly schedule: Schedule;
  /** For the records of requests that lost workers leave behind; every worker builds its own. */
  readonly prompts: PromptSource;
  /** One worker each, in the order of their parts. Closed when the run is over. */
  readonly links: readonly ShardLink[];
  /** What the workers build their parts from; plain JSON. */
  readonly job: unknown;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Takes the lines of all workers as they come. */
  readonly sink: RecordSink;
  readonly signal?: AbortSignal;
  readonly killSignal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  /** How long workers may prepare. Default 60 s. */
  readonly startWithinMs?: number;
}

const START_WITHIN_MS = 60_000;
/** Between the last worker's readiness and the start, so that the start reaches all of them before it is due. */
const LEAD_MS = 150;
const TICK_MS = 250;

/**
 * Makes one load with several workers. Each computes its own requests from the configuration; here they are started together, their permits move,
 * and what they tell becomes one file of records, one set of counters and one summary. A worker that is lost is a finding, its requests are records.
 *
 * @throws LoadgenError WORKER_START_FAILED, WORKERS_INVALID before the load; never after it began
 */
export async function runShards(options: RunShardsOptions): Promise<RunSummary> {
  return await new ShardedRun(options).run();
}

class ShardedRun {
  readonly #options: RunShardsOptions;
  readonly #shards: readonly ShardState[];
  readonly #barrier: Barrier;
  readonly #warmup: WarmupPlan | undefined;
  readonly #stats: LiveStats = createLiveStats();
  /** Requests of lost workers. */
  readonly #lostStats: LiveStats = createLiveStats();
  readonly #warnings = new Set<string>();
  readonly #onEvent: (event: RunEvent) => void;
  #originMs: number | undefined;
  #phase: RunPhase = 'warmup';
  #status: RunStatus = 'finished';
  #failure: RunSummary['failure'];
  #isStopping = false;
  #lostRequests = 0;
  #resolve: () => void = () => undefined;

  constructor(options: RunShardsOptions) {
    const { links, schedule, config, clock } = options;
    this.#options = options;
    this.#onEvent = options.onEvent ?? ((): void => undefined);
    const permits = permitsOfLoad(schedule, config.maxInFlight);
    this.#shards = links.map((link, index) => new ShardState(link, index, links.length, permits));
    this.#barrier = new Barrier(this.#shards, clock);
    this.#warmup = createWarmup(config, schedule);
  }

  async run(): Promise<RunSummary> {
    const { sink, clock, timer, job, startWithinMs = START_WITHIN_MS } = this.#options;
    try {
      for (const shard of this.#shards) {
        shard.link.onMessage((message) => this.#take(shard, message));
        shard.link.onGone((reason) => this.#gone(shard, reason));
        shard.link.send({ type: 'job', protocol: SHARD_PROTOCOL, place: shard.share.place, job });
      }
      await this.#barrier.reach(timer, startWithinMs);
      const over = new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
      // What bounds an offset's error is half of a round trip: the start needs no longer than that on its way.
      const farthestMs = Math.max(...this.#shards.map(({ offset }) => offset.errorMs));
      const originMs = alignOriginMs(clock.nowMs() + LEAD_MS + 2 * farthestMs);
      this.#start(originMs);
      sink.onFailure((failure) => this.#fail(failure));
      this.#listen();
      this.#tick(createTicker(this.#stats), originMs);
      this.#finishIfOver();
      await over;
    } finally {
      await Promise.all(this.#shards.map(({ link }) => link.close()));
      await sink.close();
    }
    const summary = this.#summary();
    this.#onEvent({ kind: 'run-finished', summary });
    return summary;
  }

  #start(originMs: number): void {
    this.#originMs = originMs;
    const { schedule } = this.#options;
    const prompts = { size: undefined };
    announce({ schedule, warmup: this.#warmup, prompts, originMs }, this.#onEvent);
    for (const { link, offset } of this.#shards) link.send({ type: 'start', originMs: originMs + offset.offsetMs });
  }

  #listen(): void {
    const { signal, killSignal } = this.#options;
    const stop = (): void => this.#abort('stop');
    const kill = (): void => this.#abort('kill');
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    if (killSignal?.aborted) kill();
    killSignal?.addEventListener('abort', kill, { once: true });
  }

  #take(shard: ShardState, message: FromShard): void {
    switch (message.type) {
      case 'progress':
        shard.take(message);
        for (const value of message.ttftUs) this.#stats.ttftUs.record(value);
        for (const value of message.dispatchLagUs) this.#stats.dispatchLagUs.record(value);
        if (message.lines !== '') this.#options.sink.write(message.lines);
        return;
      case 'phase':
        shard.phase = message.phase;
        this.#followPhase();
        return;
      case 'warning':
        this.#warn(message.code, message.message);
        return;
      case 'free':
        this.#passOn(shard, message.permits);
        return;
      case 'ended':
        shard.summary = message.summary;
        this.#finishIfOver();
        return;
      case 'refused':
        if (this.#originMs === undefined) this.#barrier.take(shard, message);
        else this.#gone(shard, message.message);
        return;
      default:
        this.#barrier.take(shard, message);
    }
  }

  #gone(shard: ShardState, reason: string): void {
    if (!shard.isAtWork) return;
    const originMs = this.#originMs;
    if (originMs === undefined) {
      this.#barrier.gone(shard, reason);
      return;
    }
    shard.lost = reason;
    this.#warn('WORKER_LOST', `worker ${shard.share.place.index} was lost: ${reason}`);
    const isRunOn = !this.#isStopping && this.#shards.some((other) => other.isAtWork);
    const { schedule, prompts, clock, sink } = this.#options;
    const load = { schedule, warmup: this.#warmup, prompts, originMs };
    const { share, started, ended } = shard;
    const worker = { share, started, ended, reason, atMs: clock.nowMs(), isRunOn };
    for (const record of lostRequests(load, worker)) {
      sink.write(toRecordLine(record));
      countRecord(this.#lostStats, record);
      this.#lostRequests++;
    }
    this.#reclaim(shard);
    this.#followPhase();
    this.#finishIfOver();
  }

  /** The permits of a lost worker go to the others. */
  #reclaim(shard: ShardState): void {
    if (shard.link.permitWords !== undefined) {
      reclaimPermits(shard.link.permitWords, shard.share.place.index);
    } else if (this.#options.schedule.kind === 'closed') {
      this.#passOn(shard, shard.permits);
    }
  }

  /** Gives permits that one worker has no work for to another. */
  #passOn(from: ShardState, permits: number): void {
    from.isIdle = true;
    from.permits -= permits;
    const to = this.#shards.find((shard) => shard.isAtWork && !shard.isIdle);
    if (to === undefined || permits === 0) return;
    to.permits += permits;
    to.link.send({ type: 'grant', permits });
  }

  #followPhase(): void {
    const atWork = this.#shards.filter((shard) => shard.lost === undefined);
    if (this.#phase === 'warmup' && atWork.some(({ phase }) => phase !== 'warmup')) this.#setPhase('measure');
    if (this.#phase === 'measure' && atWork.every(({ phase }) => phase === 'drain')) this.#setPhase('drain');
  }

  #setPhase(phase: RunPhase): void {
    this.#phase = phase;
    const elapsedMs = Math.max(0, this.#options.clock.nowMs() - (this.#originMs ?? 0));
    this.#onEvent({ kind: 'phase-changed', phase, elapsedMs });
  }

  #warn(code: string, message: string): void {
    const key = `${code} ${message}`;
    if (this.#warnings.has(key)) return;
    this.#warnings.add(key);
    this.#onEvent({ kind: 'warning', code, message });
  }

  #abort(how: 'stop' | 'kill'): void {
    if (this.#status === 'finished') this.#status = 'aborted';
    this.#isStopping = true;
    for (const { link } of this.#shards) link.send({ type: how });
  }

  #fail(failure: RecordFailure): void {
    this.#status = 'failed';
    this.#failure = failure;
    this.#isStopping = true;
    this.#warn(failure.code, failure.message);
    for (const { link } of this.#shards) link.send({ type: 'fail', ...failure });
  }

  #finishIfOver(): void {
    if (!this.#shards.some((shard) => shard.isAtWork)) this.#resolve();
  }

  #tick(ticker: ReturnType<typeof createTicker>, originMs: number): void {
    const { clock, timer, schedule } = this.#options;
    if (!this.#shards.some((shard) => shard.isAtWork)) return;
    const inFlight = this.#count();
    const elapsedMs = Math.max(0, clock.nowMs() - originMs);
    const durationMs = schedule.kind === 'open' ? schedule.endMs : schedule.durationMs;
    const warmupMs = this.#warmup === undefined ? 0 : this.#warmupMs(this.#warmup);
    const remainingMs =
      durationMs === undefined || !Number.isFinite(warmupMs)
        ? undefined
        : Math.max(0, warmupMs + durationMs - elapsedMs);
    this.#onEvent(ticker({ phase: this.#phase, elapsedMs, inFlight, remainingMs }));
    timer.after(TICK_MS, () => this.#tick(ticker, originMs));
  }

  #warmupMs(warmup: WarmupPlan): number {
    return warmup.kind === 'open' ? warmup.schedule.endMs : warmup.durationMs;
  }

  /** Brings the common counters up to date; returns the requests in flight. */
  #count(): number {
    const told = this.#shards.map(({ counters }) => counters).filter((counters) => counters !== undefined);
    addCounters(this.#stats, [...told, this.#lostStats]);
    return this.#shards.reduce((sum, shard) => sum + (shard.isAtWork ? (shard.counters?.inFlight ?? 0) : 0), 0);
  }

  #summary(): RunSummary {
    this.#count();
    const { schedule } = this.#options;
    const isAllLost = this.#shards.every(({ lost }) => lost !== undefined);
    const failed = this.#shards.find(({ summary }) => summary?.status === 'failed')?.summary?.failure;
    const lost = { code: 'WORKER_LOST', message: 'all workers were lost' };
    return mergeSummaries({
      shards: this.#shards,
      schedule,
      stats: this.#stats,
      status: isAllLost ? 'failed' : this.#status,
      failure: this.#failure ?? failed ?? (isAllLost ? lost : undefined),
      lateAfterMs: lateAfterMsOf(schedule),
      lostRequests: this.#lostRequests,
    });
  }
}
