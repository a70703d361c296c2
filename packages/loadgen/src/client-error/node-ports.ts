import { openSync, readSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { HEARTBEAT_MS } from './heartbeat.ts';
import { type ReadDelayPorts, ReadDelays } from './read-delays.ts';

const SCHEDSTAT_BYTES = 128;

/**
 * The meter for one thread of Node; a transport and the run that uses it are given the same one.
 *
 * @param heartbeatMs Infinite where nobody calls `beat`: no wait is then too long
 */
export function createNodeReadDelays(heartbeatMs: number = HEARTBEAT_MS): ReadDelays {
  return new ReadDelays(createNodePorts(), heartbeatMs);
}

/** Waits of Node's event loop, and Linux' count of the time that the calling thread was ready and had no core (`schedstat`). */
function createNodePorts(): ReadDelayPorts {
  const { nodeTiming } = performance;
  const schedstat = openSchedstat();
  const text = Buffer.alloc(SCHEDSTAT_BYTES);
  return {
    idleMs: () => nodeTiming.idleTime,
    looks: () => nodeTiming.uvMetricsInfo.loopCount,
    runDelayMs: () => {
      if (schedstat === undefined) return undefined;
      // "time on the core, time waiting for one, slices", the first two in nanoseconds (Documentation/scheduler/sched-stats).
      const [, waitedNs] = text.toString('latin1', 0, readSync(schedstat, text, 0, SCHEDSTAT_BYTES, 0)).split(' ');
      return waitedNs === undefined ? undefined : Number(waitedNs) / 1e6;
    },
  };
}

/** Kept open for as long as the process lives: it is read at every heartbeat. */
function openSchedstat(): number | undefined {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return undefined; // no Linux, or its scheduler keeps no statistics
  }
}
