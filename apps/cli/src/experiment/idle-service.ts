import type { RunConfig } from '@assay/contracts';
import { type IdleWait, idleLimitMs, untilIdle } from '@assay/loadgen';
import { CLOCK, TIMER } from '../run/clock.ts';
import type { ExecuteOptions } from '../run/execute.ts';
import { createInterrupt } from '../run/interrupt.ts';
import { prepareRun } from '../run/prepare.ts';
import { SingleRequests } from './single-requests.ts';

/** The first one opens what a server opens once. */
const BEFORE_REQUESTS = 4;
/** A request that takes longer shows no latency worth waiting for. */
const BEFORE_WITHIN_MS = 30_000;
const IDLE_WITHIN_MS = 60_000;

/** A service between the probes of a search: how fast it answers with nothing to do, and whether it has nothing to do. */
export interface IdleService {
  /** Waits until it is idle; `undefined` where its latency before any load is not known. */
  wait(): Promise<IdleWait | 'interrupted' | undefined>;
}

/**
 * Learns how fast the service answers single requests before any load. The embedded service needs none of this: every probe has one of its own.
 *
 * @returns 'interrupted' by a signal.
 * @throws What {@link prepareRun} throws.
 */
export async function meetService(options: ExecuteOptions): Promise<IdleService | 'interrupted'> {
  const { config, origins, streams } = options;
  if (config.target === null) return { wait: async () => undefined };
  const view = { onEvent: () => undefined, note: () => undefined, close: () => undefined };
  const preparation = await prepareRun({ config, origins, target: config.target, surroundings: streams, view });
  const ask = async <T>(step: (requests: SingleRequests) => Promise<T>): Promise<T | 'interrupted'> => {
    const interrupt = createInterrupt();
    try {
      const result = await step(new SingleRequests(preparation, interrupt.drain));
      return interrupt.drain.aborted ? 'interrupted' : result;
    } finally {
      interrupt.dispose();
    }
  };
  const before = await ask((requests) => latenciesBefore(requests, config));
  if (before === 'interrupted') return before;
  const limitMs = idleLimitMs(before);
  if (limitMs === undefined) return { wait: async () => undefined };
  return {
    wait: async () =>
      await ask((requests) => {
        const request = (withinMs: number): Promise<number | undefined> => requests.send(withinMs);
        return untilIdle({ limitMs, longestMs: IDLE_WITHIN_MS, request, clock: CLOCK, timer: TIMER });
      }),
  };
}

async function latenciesBefore(requests: SingleRequests, { timeouts }: RunConfig): Promise<(number | undefined)[]> {
  const latenciesMs: (number | undefined)[] = [];
  const untilMs = CLOCK.nowMs() + Math.min(BEFORE_WITHIN_MS, timeouts.totalMs);
  for (let sent = 0; sent < BEFORE_REQUESTS && CLOCK.nowMs() < untilMs; sent++) {
    latenciesMs.push(await requests.send(untilMs - CLOCK.nowMs()));
  }
  return latenciesMs.slice(1);
}
