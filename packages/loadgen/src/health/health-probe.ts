import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createGcMeter, type GcPauses } from './gc-pauses.ts';

export interface LoopDelay {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Watches the process that makes the load. */
export interface HealthProbe {
  /** Forgets what was seen and starts to watch. */
  start(): void;
  /** Delay of the event loop since `start`; `undefined` when too little was seen. */
  loopDelay(): LoopDelay | undefined;
  /** Pauses for garbage collection since `start`; `undefined` where nobody tells. */
  gcPauses(): GcPauses | undefined;
  /** CPU time of the process so far, user and system, all threads. */
  cpuMs(): number;
  /** Largest resident memory of the process so far. */
  maxRssMiB(): number | undefined;
  stop(): void;
}

const RESOLUTION_MS = 5;
const MIN_SAMPLES = 20;

/** Probe on Node's own delay histogram and `process.cpuUsage`. The timer's period is taken off, so an idle loop reads about 0. */
export function createNodeHealthProbe(): HealthProbe {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const collections = createGcMeter();
  const delay = (ns: number): number => Math.max(0, ns / 1e6 - RESOLUTION_MS);
  return {
    start: () => {
      histogram.reset();
      histogram.enable();
      collections.start();
    },
    loopDelay: () =>
      histogram.count < MIN_SAMPLES
        ? undefined
        : {
            p50Ms: delay(histogram.percentile(50)),
            p99Ms: delay(histogram.percentile(99)),
            maxMs: delay(histogram.max),
          },
    gcPauses: () => collections.pauses(),
    cpuMs: () => {
      const usage = process.cpuUsage();
      return (usage.user + usage.system) / 1000;
    },
    maxRssMiB: () => process.resourceUsage().maxRSS / 1024,
    stop: () => {
      histogram.disable();
      collections.stop();
    },
  };
}

/** The same for one thread among several: its own CPU time, where the runtime tells it (Node 23.9 and later), else that of the process. */
export function createThreadHealthProbe(): HealthProbe {
  const probe = createNodeHealthProbe();
  if (typeof process.threadCpuUsage !== 'function') return probe;
  return {
    ...probe,
    cpuMs: () => {
      const usage = process.threadCpuUsage();
      return (usage.user + usage.system) / 1000;
    },
  };
}
