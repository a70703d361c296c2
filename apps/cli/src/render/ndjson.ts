import type { Streams } from '../streams.ts';
import type { ProgressView } from './progress.ts';

/** Every event as one JSON line (`--log json`). */
export function createNdjsonView(stderr: Streams['stderr']): ProgressView {
  const print = (value: unknown): void => {
    stderr.write(`${JSON.stringify(value)}\n`);
  };
  return {
    onEvent: (event) => print(event),
    note: (message) => print({ kind: 'note', message }),
    close: () => undefined,
  };
}
