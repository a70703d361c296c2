import type { RecordLine } from './assay-run.ts';

/** A record may say success only of an answer that was whole on the wire, and a failure only of one that was not. */
export function* judgeKilled(
  records: readonly RecordLine[],
  whole: ReadonlySet<string | undefined>,
): Generator<string> {
  for (const { index, outcome, code, message } of records) {
    const isWhole = whole.has(`assay-${index}`);
    if (outcome === 'ok' && !isWhole) yield `request ${index} counted as success, its answer was cut`;
    if (outcome !== 'ok' && code === null) yield `request ${index} is ${outcome} and has no code`;
    // A reset takes with it what the client has not read yet.
    if (outcome !== 'ok' && isWhole && code !== 'SOCKET_RESET')
      yield `request ${index} counted as ${code} (${message}), its answer was whole`;
  }
}
