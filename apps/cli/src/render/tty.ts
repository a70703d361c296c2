import type { Streams } from '../streams.ts';
import { duration, milliseconds, type ProgressView, type RunTick } from './progress.ts';

const ESCAPE = '\u001b[';
const LINES = 3;

/** A view of three lines that is redrawn in place. */
export function createTtyView(stderr: Streams['stderr']): ProgressView {
  let drawn = 0;
  const width = (): number => Math.max(20, stderr.columns || 80);
  const erase = (): string => (drawn === 0 ? '' : `${ESCAPE}${drawn}A${ESCAPE}0J`);
  const above = (text: string): void => {
    stderr.write(`${erase()}${text}\n`);
    drawn = 0;
  };
  return {
    onEvent(event) {
      if (event.kind === 'warning') above(`warning ${event.code}: ${event.message}`);
      if (event.kind !== 'tick') return;
      const lines = tickLines(event, width());
      stderr.write(`${erase()}${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    note: above,
    close() {
      stderr.write(erase());
      drawn = 0;
    },
  };
}

function tickLines(tick: RunTick, width: number): readonly string[] {
  const left = tick.remainingMs === undefined ? '' : `${duration(tick.remainingMs)} left`;
  const lines = [
    `${tick.phase}  ${duration(tick.elapsedMs)}  ${bar(tick)}${left}`,
    `rate ${tick.ratePerSecond.toFixed(1)}/s   in flight ${tick.inFlight}   ok ${tick.ok}   failed ${tick.failed}`,
    `TTFT p50 ${milliseconds(tick.ttftP50Ms)}   p99 ${milliseconds(tick.ttftP99Ms)}`,
  ];
  return lines.slice(0, LINES).map((line) => line.slice(0, width - 1));
}

const CELLS = 24;

function bar(tick: RunTick): string {
  if (tick.remainingMs === undefined) return '';
  const total = tick.elapsedMs + tick.remainingMs;
  const filled = total <= 0 ? 0 : Math.min(CELLS, Math.round((CELLS * tick.elapsedMs) / total));
  return `[${'█'.repeat(filled)}${'░'.repeat(CELLS - filled)}]  `;
}
