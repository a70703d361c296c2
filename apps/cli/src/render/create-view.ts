import type { Streams } from '../streams.ts';
import { createNdjsonView } from './ndjson.ts';
import { createPlainView } from './plain.ts';
import type { ProgressView } from './progress.ts';
import { createTtyView } from './tty.ts';

/** NDJSON when asked for, a live view on a terminal, plain lines elsewhere and in CI. */
export function createView(streams: Streams, isJson: boolean): ProgressView {
  if (isJson) return createNdjsonView(streams.stderr);
  const isLive = streams.stderr.isTTY === true && !streams.environment['CI'] && streams.environment['TERM'] !== 'dumb';
  return isLive ? createTtyView(streams.stderr) : createPlainView(streams.stderr);
}
