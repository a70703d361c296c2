import type { RunSamples, Window } from './run-samples.ts';

/** Both sides of Little's law in a stretch of a run. */
export interface Balance {
  /** ∫ requests between sending and end dt / its length. */
  readonly meanInFlight: number;
  /** Rate × mean time from the due time to the end, opening of connections apart; requests that lie in it only in part with half of their time. */
  readonly rateTimesTime: number;
  /** (mean in flight − rate × time) / mean in flight. */
  readonly residual: number;
  /** The part of the residual that requests waited in the client before they were sent; never above 0. */
  readonly heldPart: number;
  /** That wait, mean over the requests, ms. */
  readonly meanHeldMs: number;
  /** What chance makes of the rest of the residual where requests come independently of each other. */
  readonly standardError: number;
}

/**
 * Little's law L = λW: what is seen in flight against the rate times what requests say of their own time. It holds over any stretch for what lies within
 * it; what reaches over an end of it has as much time within as beyond where the service is in balance. A residual tells that requests piled up or
 * drained, or that they waited where nobody counts them in flight. `undefined` without a window or without requests.
 */
export function balanceOf(samples: RunSamples): Balance | undefined {
  const stretch = balanceStretch(samples);
  if (stretch === undefined) return undefined;
  const { startMs, endMs } = stretch;
  const flights = samples.flights.values();
  const readyMs = samples.readyMs.values();
  const isWithin = (atMs: number): boolean => atMs >= startMs && atMs < endMs;
  let busyMs = 0;
  let timeMs = 0;
  let heldMs = 0;
  let totalHeldMs = 0;
  let squares = 0;
  for (let i = 0; i + 1 < flights.length; i += 2) {
    const [sentMs = 0, doneMs = 0] = [flights[i], flights[i + 1]];
    const waitedMs = sentMs - (readyMs[i / 2] ?? sentMs);
    const withinMs = Math.max(0, Math.min(doneMs, endMs) - Math.max(sentMs, startMs));
    const half = (isWithin(sentMs - waitedMs) ? 0.5 : 0) + (doneMs > startMs && doneMs <= endMs ? 0.5 : 0);
    busyMs += withinMs;
    timeMs += half * (doneMs - sentMs);
    heldMs += half * waitedMs;
    totalHeldMs += waitedMs;
    squares += (withinMs - half * (doneMs - sentMs)) ** 2;
  }
  if (busyMs === 0) return undefined;
  const lengthMs = endMs - startMs;
  return {
    meanInFlight: busyMs / lengthMs,
    rateTimesTime: (timeMs + heldMs) / lengthMs,
    residual: (busyMs - timeMs - heldMs) / busyMs,
    heldPart: -heldMs / busyMs,
    meanHeldMs: totalHeldMs / readyMs.length,
    standardError: Math.sqrt(squares) / busyMs,
  };
}

/** Whether a number of requests ended the run, and not its clock or a signal: its window reaches up to the last answer. */
export function isEndedByCount({ run }: RunSamples): boolean {
  const { status, window, config } = run;
  if (status !== 'finished' || window === null) return false;
  return config.durationMs === null || Math.abs(window.endMs - window.startMs - config.durationMs) > 1;
}

/**
 * The time in which requests were offered: the window of the run, or up to where the request after the last one would have been due. A window that
 * reaches on to the last answer holds every request whole, and then both sides are the same sum, whatever the service did.
 */
function balanceStretch(samples: RunSamples): Window | undefined {
  const window = samples.window();
  if (window === undefined || !isEndedByCount(samples)) return window;
  const { firstDueMs, lastDueMs, run, outcomes } = samples;
  // In a closed loop the last request is due as another ends.
  const isOpen = run.config.load.kind !== 'concurrency';
  const gapMs = isOpen && outcomes.offered > 1 ? (lastDueMs - firstDueMs) / (outcomes.offered - 1) : 0;
  const endMs = Math.min(window.endMs, lastDueMs + gapMs);
  return endMs > window.startMs ? { startMs: window.startMs, endMs } : window;
}
