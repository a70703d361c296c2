import type { Streams } from '../streams.ts';
import { type ProgressView, tickLine } from './progress.ts';

const LINE_EVERY_MS = 5000;

/** One line now and then, for logs and pipes. */
export function createPlainView(stderr: Streams['stderr']): ProgressView {
  let nextLineMs = 0;
  const print = (text: string): void => {
    stderr.write(`${text}\n`);
  };
  return {
    onEvent(event) {
      if (event.kind === 'phase-changed') print(`phase ${event.phase} at ${(event.elapsedMs / 1000).toFixed(1)} s`);
      if (event.kind === 'warning') print(`warning ${event.code}: ${event.message}`);
      if (event.kind === 'tick' && event.elapsedMs >= nextLineMs) {
        nextLineMs = event.elapsedMs + LINE_EVERY_MS;
        print(tickLine(event));
      }
    },
    note: print,
    close: () => undefined,
  };
}
