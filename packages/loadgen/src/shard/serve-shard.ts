import type { Clock, Timer } from '@assay/timebase';
import type { Backend } from '../backend/backend.ts';
import type { ReadDelays } from '../client-error/read-delays.ts';
import { LoadRun } from '../dispatch/load-run.ts';
import { createImmediatePacer } from '../dispatch/pacer.ts';
import { LoadgenError } from '../errors.ts';
import type { RunEvent, RunSummary } from '../events.ts';
import { createNodeHealthProbe, createThreadHealthProbe } from '../health/health-probe.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';
import type { LoadConfig } from '../run.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Transport } from '../transport/transport.ts';
import { readShardClock } from './clock-offset.ts';
import type { ShardPort } from './link.ts';
import { createGrantedPermits, createSharedPermits, type GrantedPermits, type Permits } from './permits.ts';
import { permitsOfLoad } from './permits-of-load.ts';
import { ProgressTape } from './progress-tape.ts';
import { SHARD_PROTOCOL, type ShardSummary, type ToShard } from './protocol.ts';
import { createShare, type ShardPlace, type Share } from './share.ts';

/** What a worker needs to make its part of a load; the same for every worker of a load. */
export interface ShardParts {
  readonly config: LoadConfig;
  readonly backend: Backend;
  readonly transport: Transport;
  readonly schedule: Schedule;
  readonly prompts: PromptSource;
  readonly requestIdPrefix?: string | null;
  readonly readDelays?: ReadDelays | undefined;
  /** Connections that this worker opens before the load. */
  readonly preconnect?: number;
}

export interface ShardOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** Builds the parts from the job the coordinator was given. What it throws is the reason why the run does not begin. */
  build(job: unknown, place: ShardPlace): Promise<ShardParts>;
}

/** The longest time a record waits in a worker. */
const FLUSH_EVERY_MS = 100;

/** Serves as one worker of a load: waits for its job, makes its part, tells everything, and closes the port. */
export function serveShard(port: ShardPort, options: ShardOptions): void {
  new ShardWorker(port, options).listen();
}

class ShardWorker {
  readonly #port: ShardPort;
  readonly #options: ShardOptions;
  readonly #stop = new AbortController();
  readonly #kill = new AbortController();
  readonly #tape: ProgressTape;
  readonly #started: Promise<number>;
  #start: (originMs: number) => void = () => undefined;
  #granted: GrantedPermits | undefined;
  #isOver = false;

  constructor(port: ShardPort, options: ShardOptions) {
    this.#port = port;
    this.#options = options;
    this.#tape = new ProgressTape((progress) => port.send({ type: 'progress', ...progress }));
    this.#started = new Promise((resolve) => {
      this.#start = resolve;
    });
  }

  listen(): void {
    this.#port.onMessage((message) => this.#take(message));
  }

  #take(message: ToShard): void {
    switch (message.type) {
      case 'job':
        void this.#work(message);
        return;
      case 'clock-probe':
        this.#port.send({ type: 'clock-echo', id: message.id, nowMs: this.#options.clock.nowMs() });
        return;
      case 'start':
        this.#start(message.originMs);
        return;
      case 'stop':
        this.#stop.abort();
        return;
      case 'kill':
        this.#kill.abort();
        return;
      case 'fail':
        this.#tape.fail({ code: message.code, message: message.message });
        return;
      case 'grant':
        this.#granted?.grant(message.permits);
    }
  }

  async #work({ protocol, place, job }: Extract<ToShard, { type: 'job' }>): Promise<void> {
    const { clock, build } = this.#options;
    this.#port.send({ type: 'hello', protocol: SHARD_PROTOCOL, clock: readShardClock(clock) });
    if (protocol !== SHARD_PROTOCOL) return;
    let parts: ShardParts | undefined;
    try {
      parts = await build(job, place);
      const summary = await this.#run(parts, createShare(place));
      this.#tape.flush();
      this.#port.send({ type: 'ended', summary: toShardSummary(summary) });
    } catch (error: unknown) {
      this.#port.send({ type: 'refused', ...describe(error) });
    }
    this.#isOver = true;
    await parts?.transport.close();
    this.#port.close();
  }

  async #run(parts: ShardParts, share: Share): Promise<RunSummary> {
    const { clock, timer } = this.#options;
    const { requestIdPrefix } = parts;
    const run = new LoadRun({
      ...parts,
      clock,
      timer,
      pacer: createImmediatePacer(),
      probe: this.#port.permitWords === undefined ? createNodeHealthProbe() : createThreadHealthProbe(),
      recorder: this.#tape.recorder,
      signal: this.#stop.signal,
      killSignal: this.#kill.signal,
      requestIdPrefix: requestIdPrefix === undefined ? 'assay-' : requestIdPrefix,
      leadMs: 0,
      onEvent: (event) => this.#tell(event),
      part: {
        share,
        permits: this.#permitsOf(parts, share),
        stats: this.#tape.stats,
        onSent: (planned) => this.#tape.start(planned),
        awaitStart: async () => {
          this.#port.send({ type: 'ready' });
          const originMs = await this.#started;
          this.#flushRegularly();
          return originMs;
        },
      },
    });
    return await run.run();
  }

  #permitsOf({ schedule, config }: ShardParts, share: Share): Permits | undefined {
    const total = permitsOfLoad(schedule, config.maxInFlight);
    if (total === undefined) return undefined;
    const { permitWords } = this.#port;
    if (permitWords !== undefined) return createSharedPermits(permitWords, share.place.index);
    const onGive = schedule.kind === 'closed' ? (): void => this.#port.send({ type: 'free', permits: 1 }) : undefined;
    this.#granted = createGrantedPermits(share.permitsOf(total), onGive);
    return this.#granted;
  }

  #flushRegularly(): void {
    if (this.#isOver) return;
    this.#tape.flush();
    this.#options.timer.after(FLUSH_EVERY_MS, () => this.#flushRegularly());
  }

  #tell(event: RunEvent): void {
    if (event.kind === 'phase-changed') this.#port.send({ type: 'phase', phase: event.phase });
    else if (event.kind === 'warning') {
      this.#port.send({ type: 'warning', code: event.code, message: event.message });
    }
  }
}

function toShardSummary(summary: RunSummary): ShardSummary {
  const { status, elapsedMs, connections, failure, measureFromMs, window, clientHealth } = summary;
  const { loopDelayP50Ms, loopDelayP99Ms, loopDelayMaxMs, gcPauses, cpuRatio, maxRssMiB, readDelay } = clientHealth;
  const health = { loopDelayP50Ms, loopDelayP99Ms, loopDelayMaxMs, gcPauses, cpuRatio, maxRssMiB, readDelay };
  return {
    status,
    elapsedMs,
    connections,
    health,
    ...(failure === undefined ? {} : { failure }),
    ...(measureFromMs === undefined ? {} : { measureFromMs }),
    ...(window === undefined ? {} : { window }),
  };
}

function describe(error: unknown): { readonly code: string; readonly message: string; readonly hint?: string } {
  if (!(error instanceof Error)) return { code: 'WORKER_START_FAILED', message: String(error) };
  const { code, hint } = error as Error & { readonly code?: unknown; readonly hint?: unknown };
  return {
    code: typeof code === 'string' ? code : 'WORKER_START_FAILED',
    message: error instanceof LoadgenError || typeof code === 'string' ? error.message : (error.stack ?? error.message),
    ...(typeof hint === 'string' ? { hint } : {}),
  };
}
