import type { RunEvent } from '@assay/loadgen';

/** Shows the events of a run on stderr. */
export interface ProgressView {
  onEvent(event: RunEvent): void;
  /** A sentence about what happens beside the load, such as the drain after Ctrl-C. */
  note(text: string): void;
  close(): void;
}

export type RunTick = Extract<RunEvent, { kind: 'tick' }>;

export const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;

/** `12 s`, `3 m 05 s` */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The figures of a tick, in the order of the live view. */
export function tickLine(tick: RunTick): string {
  const parts = [
    `${tick.phase.padEnd(7)} ${duration(tick.elapsedMs)}`,
    `${tick.ratePerSecond.toFixed(1)}/s`,
    `${tick.inFlight} in flight`,
    `${tick.ok} ok`,
    `${tick.failed} failed`,
    `TTFT p50 ${milliseconds(tick.ttftP50Ms)} p99 ${milliseconds(tick.ttftP99Ms)}`,
  ];
  if (tick.remainingMs !== undefined) parts.push(`${duration(tick.remainingMs)} left`);
  return parts.join('  ');
}
