import type { RunSamples } from './run-samples.ts';

/** Both sides of Little's law in the window of a run. */
export interface Balance {
  /** ∫ requests between sending and end dt / window. */
  readonly meanInFlight: number;
  /** Rate × mean time between sending and end, requests that lie in the window only in part with half of their time. */
  readonly rateTimesTime: number;
  /** (mean in flight − rate × time) / mean in flight. */
  readonly residual: number;
  /** What chance makes of the residual where requests come independently of each other. */
  readonly standardError: number;
}

/**
 * Little's law L = λW holds over any window for what lies within it; what reaches over an end of it has as much time within as beyond where
 * the service is in balance. A residual tells that requests piled up or drained. `undefined` without a window or without requests.
 */
export function balanceOf(samples: RunSamples): Balance | undefined {
  const window = samples.window();
  const flights = samples.flights.values();
  if (window === undefined) return undefined;
  const { startMs, endMs } = window;
  let busyMs = 0;
  let timeMs = 0;
  let squares = 0;
  for (let i = 0; i + 1 < flights.length; i += 2) {
    const [sentMs = 0, doneMs = 0] = [flights[i], flights[i + 1]];
    const withinMs = Math.max(0, Math.min(doneMs, endMs) - Math.max(sentMs, startMs));
    const ends = (sentMs >= startMs && sentMs < endMs ? 1 : 0) + (doneMs > startMs && doneMs <= endMs ? 1 : 0);
    const countedMs = (ends / 2) * (doneMs - sentMs);
    busyMs += withinMs;
    timeMs += countedMs;
    squares += (withinMs - countedMs) ** 2;
  }
  if (busyMs === 0) return undefined;
  const lengthMs = endMs - startMs;
  return {
    meanInFlight: busyMs / lengthMs,
    rateTimesTime: timeMs / lengthMs,
    residual: (busyMs - timeMs) / busyMs,
    standardError: Math.sqrt(squares) / busyMs,
  };
}
