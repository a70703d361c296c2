import { startHeartbeat } from '../client-error/heartbeat.ts';
import type { RunEvent, RunPhase, RunStatus, RunSummary } from '../events.ts';
import type { HealthProbe } from '../health/health-probe.ts';
import { countDispatch, countRecord, createLiveStats, type LiveStats } from '../health/live-stats.ts';
import { createTicker } from '../health/ticker.ts';
import { unsentRecord } from '../record/unsent-record.ts';
import type { RunOptions } from '../run.ts';
import { arrivalsOf, type ClosedSchedule, type OpenSchedule } from '../schedule/schedule.ts';
import type { SessionSchedule } from '../schedule/session-schedule.ts';
import type { Permits } from '../shard/permits.ts';
import { type Share, WHOLE } from '../shard/share.ts';
import { announce } from './announce.ts';
import { alignOriginMs } from './due-grid.ts';
import { Flight, type FlightEnd, type FlightVerdict, heldVerdict } from './flight.ts';
import { FlightSet } from './flight-set.ts';
import type { LoadPart } from './load-part.ts';
import type { PlannedRequest } from './look-ahead.ts';
import { markedPacer } from './marked-pacer.ts';
import { type LoopPorts, type RunningLoop, startOpenLoop } from './open-loop.ts';
import { type RunningSessions, startOpenSessions } from './open-sessions.ts';
import type { Pacer } from './pacer.ts';
import { type RunningPermitLoop, startPermitLoop } from './permit-loop.ts';
import { PlannedLoad } from './planned-load.ts';
import { type EndedRun, lateAfterMsOf, summarizeRun } from './summarize-run.ts';
import { startTimeoutScan } from './timeout-scan.ts';

export type LoadRunOptions = RunOptions & {
  readonly pacer: Pacer;
  readonly probe: HealthProbe;
  readonly onEvent: (event: RunEvent) => void;
  readonly requestIdPrefix: string | null;
  /** Time between the announcement of the start and the start, for files to be opened and heaps to settle. */
  readonly leadMs: number;
  /** This run as one worker's part of a load; without it the run is the whole load. */
  readonly part?: LoadPart;
};

/** What every loop is given. */
interface LoopCommon {
  readonly ports: LoopPorts;
  send(planned: PlannedRequest, dueAtMs: number): void;
  onDone(): void;
}

const TICK_MS = 250;
const MAX_OPEN_PRECONNECT = 16;
const IN_TIME_SLACK_MS = 50;

const KILLED: FlightVerdict = { outcome: 'aborted', code: 'ABORTED', message: 'the run was aborted' };

/** One run from its first request to its summary: the loop, the requests in flight, their limits and the counters. */
export class LoadRun {
  readonly #options: LoadRunOptions;
  readonly #stats: LiveStats;
  readonly #share: Share;
  readonly #permits: Permits | undefined;
  readonly #inFlight = new FlightSet();
  readonly #planned: PlannedLoad;
  readonly #lateAfterMs: number;
  #originMs = 0;
  #measureAtMs: number | undefined;
  #inTimeUntilMs = Number.POSITIVE_INFINITY;
  #loop: RunningLoop | undefined;
  /** Permits of a closed loop that were taken and not given back. */
  #seats = 0;
  #stopWatching: (() => void) | undefined;
  #closedLoop: RunningPermitLoop | undefined;
  #openSessions: RunningSessions | undefined;
  #phase: RunPhase = 'warmup';
  #stoppedAtMs: number | undefined;
  #drainUntilMs = Number.POSITIVE_INFINITY;
  #status: RunStatus = 'finished';
  #failure: RunSummary['failure'];
  #cpuAtMeasureMs = 0;
  #isSending = false;
  #isOver = false;
  #resolve: () => void = () => undefined;

  constructor(options: LoadRunOptions) {
    this.#options = options;
    this.#stats = options.part?.stats ?? createLiveStats();
    this.#share = options.part?.share ?? WHOLE;
    this.#permits = options.part?.permits;
    this.#planned = new PlannedLoad(options, this.#share);
    this.#lateAfterMs = lateAfterMsOf(options.schedule);
  }

  async run(): Promise<RunSummary> {
    const { clock, recorder, probe } = this.#options;
    recorder.onFailure((failure) => this.#fail(failure));
    this.#planned.fill();
    await this.#preconnect();
    const { part, schedule, prompts, onEvent } = this.#options;
    this.#originMs = alignOriginMs(part === undefined ? clock.nowMs() + this.#options.leadMs : await part.awaitStart());
    announce({ schedule, warmup: this.#planned.warmup, prompts, originMs: this.#originMs }, onEvent);
    const over = new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    this.#listen();
    this.#startLoop();
    this.#startScan();
    this.#startTicks();
    const { readDelays } = this.#options;
    const stopHeartbeat = readDelays === undefined ? undefined : startHeartbeat(readDelays, this.#options);
    await over;
    stopHeartbeat?.();
    const cpuMs = probe.cpuMs() - this.#cpuAtMeasureMs;
    const endAtMs = clock.nowMs();
    const seen = { loopDelay: probe.loopDelay(), gcPauses: probe.gcPauses() };
    probe.stop();
    await recorder.close();
    const summary = this.#summary(endAtMs, cpuMs, seen);
    this.#options.onEvent({ kind: 'run-finished', summary });
    return summary;
  }

  async #preconnect(): Promise<void> {
    const { schedule, transport, preconnect } = this.#options;
    const wanted =
      preconnect ??
      (schedule.kind === 'closed'
        ? this.#share.permitsOf(schedule.concurrency)
        : Math.min(MAX_OPEN_PRECONNECT, arrivalsOf(schedule).count, Math.ceil(schedule.ratePerSecond / 10)));
    if (wanted <= 0) return;
    const standing = await transport.preconnect(wanted);
    if (standing < wanted) {
      const message = `${standing} of ${wanted} connections could be opened before the load`;
      this.#options.onEvent({ kind: 'warning', code: 'PRECONNECT', message });
    }
  }

  #listen(): void {
    const { signal, killSignal } = this.#options;
    const stop = (): void => this.#abort();
    const kill = (): void => {
      this.#abort();
      this.#cancelAll(KILLED);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    if (killSignal?.aborted) kill();
    killSignal?.addEventListener('abort', kill, { once: true });
  }

  #startLoop(): void {
    if (this.#stoppedAtMs !== undefined) {
      this.#loopDone();
      return;
    }
    const { schedule, clock, timer, pacer } = this.#options;
    const ports = { clock, timer, pacer: markedPacer(pacer, clock, this.#options.readDelays) };
    const send = (planned: PlannedRequest, dueAtMs: number): void => this.#send(planned, dueAtMs);
    const onDone = (): void => this.#loopDone();
    if (schedule.kind === 'closed') this.#startClosedLoop(schedule, { ports, send, onDone });
    else this.#startOpenLoop(schedule, { ports, send, onDone });
  }

  #startOpenLoop(schedule: OpenSchedule | SessionSchedule, common: LoopCommon): void {
    const planned = this.#planned;
    const measureAtMs = planned.measureAtMs(this.#originMs);
    this.#measureAtMs = measureAtMs;
    this.#inTimeUntilMs = measureAtMs + arrivalsOf(schedule).endMs * 1.005 + IN_TIME_SLACK_MS;
    const warmup = planned.warmupSegment(this.#originMs);
    const segments = warmup === undefined ? [] : [warmup];
    if (schedule.kind === 'open') {
      this.#loop = startOpenLoop({ ...common, segments: [...segments, planned.measureSegment(schedule, measureAtMs)] });
    } else if (warmup === undefined) {
      this.#startOpenSessions(measureAtMs, common);
    } else {
      const goOn = (): void => this.#startOpenSessions(measureAtMs, common);
      this.#loop = startOpenLoop({ ...common, segments, onDone: () => (this.#isStopped ? common.onDone() : goOn()) });
    }
  }

  #startOpenSessions(measureAtMs: number, common: LoopCommon): void {
    const { sessions } = this.#planned;
    if (sessions === undefined) return;
    this.#openSessions = startOpenSessions({ ...common, ...sessions.options(measureAtMs) });
    this.#loop = this.#openSessions;
  }

  get #isStopped(): boolean {
    return this.#stoppedAtMs !== undefined;
  }

  #startClosedLoop(schedule: ClosedSchedule, common: LoopCommon): void {
    const options = this.#planned.closedOptions(schedule, this.#originMs);
    this.#seats = options.concurrency;
    for (let seat = 0; seat < this.#seats; seat++) this.#permits?.tryTake();
    this.#closedLoop = startPermitLoop({
      ...common,
      ...options,
      onMeasureStart: (atMs) => {
        this.#measureAtMs = Math.max(atMs, this.#originMs);
        this.#startMeasuring();
      },
    });
    this.#stopWatching = this.#permits?.onFree(() => this.#useFreePermits());
  }

  /** Takes over permits of workers that have no requests left. */
  #useFreePermits(): void {
    const { clock } = this.#options;
    while (this.#stoppedAtMs === undefined && this.#closedLoop?.hasWork === true && this.#permits?.tryTake() === true) {
      this.#seats++;
      this.#closedLoop.addSeat(clock.nowMs());
    }
  }

  #send(planned: PlannedRequest, dueAtMs: number): void {
    const { clock, backend, transport, config, schedule } = this.#options;
    const isMeasured = planned.phase === 'measure';
    if (isMeasured && this.#phase === 'warmup') this.#startMeasuring();
    const nowMs = clock.nowMs();
    // A loop that starts late sends its first requests before it is at hand: the schedule says what it is.
    if (schedule.kind !== 'closed' && !this.#isAllowed(config.maxInFlight)) {
      this.#drop(planned, dueAtMs);
      this.#openSessions?.release(dueAtMs, planned);
      return;
    }
    countDispatch(this.#stats, isMeasured, nowMs - dueAtMs, this.#lateAfterMs);
    // A later turn of a conversation follows an answer, not the schedule.
    const isTimed = this.#planned.sessions === undefined || planned.sample.session?.turn === 0;
    if (isMeasured && (nowMs <= this.#inTimeUntilMs || !isTimed)) this.#stats.sentInTime++;
    const times = { dueAtMs, dispatchedAtMs: nowMs, originMs: this.#originMs };
    const flight = new Flight(
      planned,
      times,
      backend.createDecoder(planned.sample),
      this.#onFlightEnd,
      this.#options.readDelays,
    );
    this.#inFlight.add(flight);
    this.#options.part?.onSent(planned);
    this.#isSending = true;
    flight.start(transport);
    this.#isSending = false;
  }

  readonly #onFlightEnd = (flight: Flight, end: FlightEnd): void => {
    this.#inFlight.delete(flight);
    this.#options.recorder.record(end.record);
    countRecord(this.#stats, end.record);
    if (flight.planned.phase === 'measure') this.#stats.lastEndAtMs = end.endAtMs;
    if (this.#options.schedule.kind === 'closed' && !this.#isStopped) {
      this.#release(end.endAtMs, flight.planned);
    } else {
      this.#permits?.give();
      this.#openSessions?.release(end.endAtMs, flight.planned);
    }
    this.#finishIfDrained();
  };

  /** Whether the limit of an open loop leaves room for one more request. */
  #isAllowed(maxInFlight: number | null): boolean {
    if (this.#permits !== undefined) return this.#permits.tryTake();
    return maxInFlight === null || this.#inFlight.size < maxInFlight;
  }

  /** A request that failed while it was being sent gives its permit back on the next turn: a chain of them must not pile up on the stack. */
  #release(atMs: number, planned: PlannedRequest): void {
    if (this.#isSending) this.#options.pacer.soon(() => this.#closedLoop?.release(atMs, planned));
    else this.#closedLoop?.release(atMs, planned);
  }

  #drop(planned: PlannedRequest, dueAtMs: number): void {
    const verdict: FlightVerdict = {
      outcome: 'dropped',
      code: 'DROPPED_LIMIT',
      message: `${this.#options.config.maxInFlight} requests were in flight, the limit`,
    };
    const record = unsentRecord({ planned, verdict, originMs: this.#originMs, dueAtMs });
    this.#options.recorder.record(record);
    countRecord(this.#stats, record);
  }

  #startMeasuring(): void {
    if (this.#phase !== 'warmup') return;
    const { probe } = this.#options;
    this.#cpuAtMeasureMs = probe.cpuMs();
    this.#options.readDelays?.start(this.#options.clock.nowMs());
    probe.start();
    this.#setPhase('measure');
  }

  #setPhase(phase: RunPhase): void {
    this.#phase = phase;
    const elapsedMs = Math.max(0, this.#options.clock.nowMs() - this.#originMs);
    this.#options.onEvent({ kind: 'phase-changed', phase, elapsedMs });
  }

  #loopDone(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#stoppedAtMs ??= nowMs;
    // Permits without a request; the others come back one by one.
    for (let idle = this.#seats - this.#inFlight.size; idle > 0; idle--) this.#permits?.give();
    this.#seats = 0;
    this.#drainUntilMs = nowMs + this.#options.config.drainMs;
    if (this.#phase !== 'drain') this.#setPhase('drain');
    this.#finishIfDrained();
  }

  #finishIfDrained(): void {
    if (this.#isOver || this.#phase !== 'drain' || this.#inFlight.size > 0) return;
    this.#isOver = true;
    this.#stopWatching?.();
    this.#resolve();
  }

  #abort(): void {
    if (this.#isOver) return;
    if (this.#status === 'finished') this.#status = 'aborted';
    this.#stop();
  }

  #fail(failure: { readonly code: string; readonly message: string }): void {
    this.#status = 'failed';
    this.#failure = failure;
    this.#options.onEvent({ kind: 'warning', code: failure.code, message: failure.message });
    this.#stop();
    this.#cancelAll({ outcome: 'aborted', code: 'ABORTED', message: failure.message });
  }

  #stop(): void {
    this.#stoppedAtMs ??= this.#options.clock.nowMs();
    this.#loop?.stop();
    this.#closedLoop?.stop();
  }

  #cancelAll(verdict: FlightVerdict): void {
    const nowMs = this.#options.clock.nowMs();
    for (const flight of this.#inFlight.snapshot())
      flight.cancel(flight.isHeld && verdict !== KILLED ? heldVerdict(nowMs - flight.dispatchedAtMs) : verdict, nowMs);
  }

  #startScan(): void {
    startTimeoutScan({
      ...this.#options,
      inFlight: this.#inFlight,
      isOver: () => this.#isOver,
      onLook: (nowMs) => {
        if (nowMs < this.#drainUntilMs) return;
        this.#cancelAll({ outcome: 'aborted', code: 'ABORTED', message: 'still running when the drain time was over' });
      },
    });
  }

  #startTicks(): void {
    const { clock, timer, onEvent, schedule } = this.#options;
    const ticker = createTicker(this.#stats);
    const tick = (): void => {
      if (this.#isOver) return;
      const durationMs = schedule.kind === 'open' ? schedule.endMs : schedule.durationMs;
      const nowMs = clock.nowMs();
      const endAtMs =
        this.#measureAtMs === undefined || durationMs === undefined ? undefined : this.#measureAtMs + durationMs;
      const remainingMs = endAtMs === undefined ? undefined : Math.max(0, endAtMs - nowMs);
      const elapsedMs = Math.max(0, nowMs - this.#originMs);
      onEvent(ticker({ phase: this.#phase, elapsedMs, inFlight: this.#inFlight.size, remainingMs }));
      timer.after(TICK_MS, tick);
    };
    timer.after(TICK_MS, tick);
  }

  #summary(endAtMs: number, cpuMs: number, seen: Pick<EndedRun, 'loopDelay' | 'gcPauses'>): RunSummary {
    const { schedule, transport, probe } = this.#options;
    return summarizeRun({
      stats: this.#stats,
      schedule,
      status: this.#status,
      failure: this.#failure,
      originMs: this.#originMs,
      measureAtMs: this.#measureAtMs,
      stoppedAtMs: this.#stoppedAtMs,
      endAtMs,
      isCountReached: this.#planned.isCountReached(schedule, this.#stats),
      ...seen,
      maxRssMiB: probe.maxRssMiB(),
      cpuMs: Math.max(0, cpuMs - (this.#loop?.pollingMs ?? 0)),
      lateAfterMs: this.#lateAfterMs,
      readDelay: this.#options.readDelays?.health,
      connections: transport.connections,
    });
  }
}
