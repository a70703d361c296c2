import type { RunEvent, RunPhase, RunStatus, RunSummary } from '../events.ts';
import { summarizeHealth } from '../health/client-health.ts';
import type { HealthProbe } from '../health/health-probe.ts';
import { countDispatch, countRecord, createLiveStats, type LiveStats } from '../health/live-stats.ts';
import { createTicker } from '../health/ticker.ts';
import { toRequestRecord } from '../record/request-record.ts';
import type { RunOptions } from '../run.ts';
import { createWarmup, type WarmupPlan } from '../schedule/warmup.ts';
import { Flight, type FlightEnd, type FlightVerdict } from './flight.ts';
import { FlightSet } from './flight-set.ts';
import { LookAhead, type PlannedRequest } from './look-ahead.ts';
import { type OpenSegment, type RunningLoop, startOpenLoop } from './open-loop.ts';
import type { Pacer } from './pacer.ts';
import { type RunningPermitLoop, startPermitLoop } from './permit-loop.ts';

export type LoadRunOptions = RunOptions & {
  readonly pacer: Pacer;
  readonly probe: HealthProbe;
  readonly onEvent: (event: RunEvent) => void;
  readonly requestIdPrefix: string | null;
  /** Time between the announcement of the start and the start, for files to be opened and heaps to settle. */
  readonly leadMs: number;
};

const WINDOW = 64;
const TICK_MS = 250;
const END_GRACE_MS = 1000;
const MAX_OPEN_PRECONNECT = 16;
const LATE_FLOOR_MS = 1;
const IN_TIME_SLACK_MS = 50;

const KILLED: FlightVerdict = { outcome: 'aborted', code: 'ABORTED', message: 'the run was aborted' };

/** One run from its first request to its summary: the loop, the requests in flight, their limits and the counters. */
export class LoadRun {
  readonly #options: LoadRunOptions;
  readonly #stats: LiveStats = createLiveStats();
  readonly #inFlight = new FlightSet();
  readonly #warmup: WarmupPlan | undefined;
  readonly #measure: LookAhead;
  readonly #warmupAhead: LookAhead | undefined;
  readonly #lateAfterMs: number;
  #originMs = 0;
  #measureAtMs: number | undefined;
  #inTimeUntilMs = Number.POSITIVE_INFINITY;
  #loop: RunningLoop | undefined;
  #closedLoop: RunningPermitLoop | undefined;
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
    const { config, schedule } = options;
    this.#warmup = createWarmup(config, schedule);
    const count = schedule.count ?? Number.POSITIVE_INFINITY;
    this.#measure = new LookAhead((index) => this.#prepare(index, 'measure'), count, WINDOW);
    const warmupCount = this.#warmup?.kind === 'open' ? this.#warmup.schedule.count : this.#warmup?.count;
    this.#warmupAhead =
      warmupCount === undefined
        ? undefined
        : new LookAhead((index) => this.#prepare(index, 'warmup'), warmupCount, WINDOW);
    const meanGapMs = schedule.kind === 'open' && schedule.ratePerSecond > 0 ? 1000 / schedule.ratePerSecond : 0;
    this.#lateAfterMs = Math.max(LATE_FLOOR_MS, 0.05 * meanGapMs);
  }

  async run(): Promise<RunSummary> {
    const { clock, transport, recorder, probe } = this.#options;
    recorder.onFailure((failure) => this.#fail(failure));
    this.#warmupAhead?.fill();
    this.#measure.fill();
    await this.#preconnect();
    this.#originMs = clock.nowMs() + this.#options.leadMs;
    this.#announce();
    const over = new Promise<void>((resolve) => {
      this.#resolve = resolve;
    });
    this.#listen();
    this.#startLoop();
    this.#scan(this.#scanEveryMs(), clock.nowMs(), false);
    this.#startTicks();
    await over;
    const cpuMs = probe.cpuMs() - this.#cpuAtMeasureMs;
    const endAtMs = clock.nowMs();
    const loopDelay = probe.loopDelay();
    probe.stop();
    await recorder.close();
    const summary = this.#summary(endAtMs, cpuMs, loopDelay, transport.connections);
    this.#options.onEvent({ kind: 'run-finished', summary });
    return summary;
  }

  #prepare(index: number, phase: 'warmup' | 'measure'): PlannedRequest {
    const { backend, transport, prompts, requestIdPrefix } = this.#options;
    const sample = prompts.sampleAt(index, phase);
    const encoded = backend.encode(sample);
    if (requestIdPrefix === null) return { index, phase, sample, prepared: transport.prepare(encoded) };
    const id = `${requestIdPrefix}${phase === 'warmup' ? 'w' : ''}${index}`;
    const headers = { ...encoded.headers, 'x-request-id': id };
    return { index, phase, sample, prepared: transport.prepare({ ...encoded, headers }) };
  }

  async #preconnect(): Promise<void> {
    const { schedule, transport, preconnect } = this.#options;
    const wanted =
      preconnect ??
      (schedule.kind === 'closed'
        ? schedule.concurrency
        : Math.min(MAX_OPEN_PRECONNECT, schedule.count, Math.ceil(schedule.ratePerSecond / 10)));
    if (wanted <= 0) return;
    const standing = await transport.preconnect(wanted);
    if (standing < wanted) {
      const message = `${standing} of ${wanted} connections could be opened before the load`;
      this.#options.onEvent({ kind: 'warning', code: 'PRECONNECT', message });
    }
  }

  #announce(): void {
    const { schedule, onEvent, prompts } = this.#options;
    if (prompts.size !== undefined && (schedule.count ?? Number.POSITIVE_INFINITY) > prompts.size) {
      const message = `the dataset holds ${prompts.size} prompts and starts again after them; a prefix cache will serve the rest`;
      onEvent({ kind: 'warning', code: 'PROMPTS_REPEAT', message });
    }
    if (prompts.sessionAt !== undefined && schedule.kind === 'open') {
      const message =
        'an open loop does not wait for answers: the turns of conversations are sent as requests of their own';
      onEvent({ kind: 'warning', code: 'TURNS_UNTIMED', message });
    }
    const warmup = this.#warmup;
    const isCounted = warmup?.kind === 'closed' && Number.isFinite(warmup.count);
    const warmupMs = warmup === undefined ? 0 : warmup.kind === 'open' ? warmup.schedule.endMs : warmup.durationMs;
    const measureFromMs = isCounted ? undefined : warmupMs;
    onEvent({ kind: 'run-started', originMs: this.#originMs, offered: schedule.count, measureFromMs });
    if (warmup !== undefined) onEvent({ kind: 'phase-changed', phase: 'warmup', elapsedMs: 0 });
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
    const { schedule, clock, timer, pacer, prompts } = this.#options;
    const ports = { clock, timer, pacer };
    const warmup = this.#warmup;
    const send = (planned: PlannedRequest, dueAtMs: number): void => this.#send(planned, dueAtMs);
    const onDone = (): void => this.#loopDone();
    if (schedule.kind === 'open') {
      const segments: OpenSegment[] = [];
      let measureAtMs = this.#originMs;
      if (warmup?.kind === 'open' && this.#warmupAhead !== undefined) {
        const { offsetMsAt, count, endMs } = warmup.schedule;
        segments.push(openSegment('warmup', count, this.#warmupAhead, this.#originMs, offsetMsAt));
        measureAtMs += endMs;
      }
      segments.push(openSegment('measure', schedule.count, this.#measure, measureAtMs, schedule.offsetMsAt));
      this.#measureAtMs = measureAtMs;
      this.#inTimeUntilMs = measureAtMs + schedule.endMs * 1.005 + IN_TIME_SLACK_MS;
      this.#loop = startOpenLoop({ ports, segments, send, onDone });
      return;
    }
    const isWarm = warmup?.kind === 'closed' && this.#warmupAhead !== undefined;
    this.#closedLoop = startPermitLoop({
      ports,
      sessionAt: prompts.sessionAt,
      prepareAt: (index) => this.#prepare(index, 'measure'),
      count: schedule.count ?? Number.POSITIVE_INFINITY,
      concurrency: schedule.concurrency,
      startAtMs: this.#originMs,
      warmup:
        isWarm && this.#warmupAhead !== undefined
          ? { lookAhead: this.#warmupAhead, untilMs: this.#originMs + warmup.durationMs }
          : undefined,
      measure: this.#measure,
      durationMs: schedule.durationMs ?? Number.POSITIVE_INFINITY,
      send,
      onMeasureStart: (atMs) => {
        this.#measureAtMs = Math.max(atMs, this.#originMs);
        this.#startMeasuring();
      },
      onDone,
    });
  }

  #send(planned: PlannedRequest, dueAtMs: number): void {
    const { clock, backend, transport, config } = this.#options;
    const isMeasured = planned.phase === 'measure';
    if (isMeasured && this.#phase === 'warmup') this.#startMeasuring();
    const nowMs = clock.nowMs();
    if (config.maxInFlight !== null && this.#inFlight.size >= config.maxInFlight) {
      this.#drop(planned, dueAtMs);
      return;
    }
    countDispatch(this.#stats, isMeasured, nowMs - dueAtMs, this.#lateAfterMs);
    if (isMeasured && nowMs <= this.#inTimeUntilMs) this.#stats.sentInTime++;
    const times = { dueAtMs, dispatchedAtMs: nowMs, originMs: this.#originMs };
    const flight = new Flight(planned, times, backend.createDecoder(planned.sample), this.#onFlightEnd);
    this.#inFlight.add(flight);
    this.#isSending = true;
    flight.start(transport);
    this.#isSending = false;
  }

  readonly #onFlightEnd = (flight: Flight, end: FlightEnd): void => {
    this.#inFlight.delete(flight);
    this.#options.recorder.record(end.record);
    countRecord(this.#stats, end.record);
    if (flight.planned.phase === 'measure') this.#stats.lastEndAtMs = end.endAtMs;
    if (this.#closedLoop !== undefined && this.#stoppedAtMs === undefined)
      this.#release(this.#closedLoop, end.endAtMs, flight.planned);
    this.#finishIfDrained();
  };

  /** A request that failed while it was being sent gives its permit back on the next turn: a chain of them must not pile up on the stack. */
  #release(loop: RunningPermitLoop, atMs: number, planned: PlannedRequest): void {
    if (this.#isSending) this.#options.pacer.soon(() => loop.release(atMs, planned));
    else loop.release(atMs, planned);
  }

  #drop(planned: PlannedRequest, dueAtMs: number): void {
    const verdict: FlightVerdict = {
      outcome: 'dropped',
      code: 'DROPPED_LIMIT',
      message: `${this.#inFlight.size} requests were in flight, the limit`,
    };
    const never = { sentAtMs: undefined, connectMs: undefined, headersAtMs: undefined, httpStatus: undefined };
    const origin = { originMs: this.#originMs, dueAtMs, endAtMs: undefined, decoded: undefined };
    const record = toRequestRecord({ planned, verdict, ...never, ...origin });
    this.#options.recorder.record(record);
    countRecord(this.#stats, record);
  }

  #startMeasuring(): void {
    if (this.#phase !== 'warmup') return;
    const { probe } = this.#options;
    this.#cpuAtMeasureMs = probe.cpuMs();
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
    this.#drainUntilMs = nowMs + this.#options.config.drainMs;
    if (this.#phase !== 'drain') this.#setPhase('drain');
    this.#finishIfDrained();
  }

  #finishIfDrained(): void {
    if (this.#isOver || this.#phase !== 'drain' || this.#inFlight.size > 0) return;
    this.#isOver = true;
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
    for (const flight of this.#inFlight.snapshot()) flight.cancel(verdict, nowMs);
  }

  #scanEveryMs(): number {
    const { firstTokenMs, stallMs, totalMs } = this.#options.config.timeouts;
    return Math.min(50, Math.max(5, Math.min(firstTokenMs, stallMs, totalMs) / 8));
  }

  /**
   * Looks at every request in flight for a passed limit. A turn that comes late is left out once, so that answers which
   * wait in sockets are read before they are judged missing.
   */
  #scan(everyMs: number, dueMs: number, wasSkipped: boolean): void {
    if (this.#isOver) return;
    const { clock, timer, config } = this.#options;
    const nowMs = clock.nowMs();
    const isSkipped = !wasSkipped && nowMs - dueMs >= everyMs;
    if (!isSkipped) {
      const timeouts = { ...config.timeouts, endGraceMs: END_GRACE_MS };
      for (const flight of this.#inFlight.snapshot()) flight.checkTimeouts(nowMs, timeouts, config.stream);
      if (nowMs >= this.#drainUntilMs) {
        this.#cancelAll({ outcome: 'aborted', code: 'ABORTED', message: 'still running when the drain time was over' });
      }
    }
    timer.after(everyMs, () => this.#scan(everyMs, nowMs + everyMs, isSkipped));
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

  #summary(
    endAtMs: number,
    cpuMs: number,
    loopDelay: ReturnType<HealthProbe['loopDelay']>,
    connections: RunSummary['connections'],
  ): RunSummary {
    const stats = this.#stats;
    const measureAtMs = this.#measureAtMs;
    const relative = (atMs: number): number => Math.round((atMs - this.#originMs) * 1000) / 1000;
    const windowEndMs = this.#windowEndMs();
    const hasWindow = measureAtMs !== undefined && windowEndMs > measureAtMs && stats.offered > 0;
    return {
      status: this.#status,
      failure: this.#failure,
      offered: stats.offered,
      warmupRequests: stats.warmupRequests,
      outcomes: { ...stats.outcomes },
      outcomeCodes: { ...stats.outcomeCodes },
      measureFromMs: measureAtMs === undefined ? undefined : relative(measureAtMs),
      window: hasWindow ? { startMs: relative(measureAtMs), endMs: relative(windowEndMs) } : undefined,
      elapsedMs: relative(endAtMs),
      clientHealth: summarizeHealth({
        stats,
        schedule: this.#options.schedule,
        isCut: this.#status !== 'finished',
        loopDelay,
        maxRssMiB: this.#options.probe.maxRssMiB(),
        cpuMs: Math.max(0, cpuMs - (this.#loop?.pollingMs ?? 0)),
        wallMs: measureAtMs === undefined ? 0 : endAtMs - measureAtMs,
        lateAfterMs: this.#lateAfterMs,
      }),
      connections: { opened: connections.opened, reused: connections.reused, failed: connections.failed },
    };
  }

  /** A duration ends the window; without one it lasts until the last measured request has ended. */
  #windowEndMs(): number {
    const { schedule } = this.#options;
    const lastEndMs = this.#stats.lastEndAtMs ?? 0;
    if (this.#status !== 'finished') return Math.max(this.#stoppedAtMs ?? 0, 0);
    const isCountReached = schedule.kind === 'closed' && this.#measure.isExhausted;
    const isTimed = schedule.durationMs !== undefined && !isCountReached;
    return isTimed ? (this.#measureAtMs ?? 0) + (schedule.durationMs ?? 0) : lastEndMs;
  }
}

function openSegment(
  phase: 'warmup' | 'measure',
  count: number,
  lookAhead: LookAhead,
  startAtMs: number,
  offsetMsAt: (index: number) => number,
): OpenSegment {
  return { phase, count, lookAhead, dueAtMs: (index) => startAtMs + offsetMsAt(index) };
}
