import type { BodyEnd } from '@assay/loadgen';
import type { AnswerSummary } from './answer-summary.ts';
import { cutFailure, type Failure, protocolFailure } from './failure.ts';
import type { ReadWhole } from './whole-body-decoder.ts';

/** How the body of a stream came to its end. */
export interface StreamEnd {
  readonly end: BodyEnd;
  readonly headers: ReadonlyMap<string, string>;
  readonly events: number;
  /** The body ended within an event. */
  readonly hasUnfinishedEvent: boolean;
}

/** A streaming protocol over server-sent events; one object per response. */
export interface StreamProtocol {
  /** True once the protocol's own terminator was seen. */
  readonly isTerminated: boolean;
  readonly hasFirstToken: boolean;
  /** Reads the data of one event; a failure that it tells of ends the answer as failed. */
  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number, eventType: string): Failure | undefined;
  /** What is wrong with a stream that came to its end and whose events told of no failure; `undefined` when nothing is. */
  findFailure(stream: StreamEnd): Failure | undefined;
  summarize(): AnswerSummary;
  /** Whether an event stream of no bytes at all is an answer, of no tokens; it is none unless said. */
  readonly mayBeEmpty?: boolean;
  /** How the protocol reads a body that is no stream, where more than its failure is kept of one. */
  readonly readWhole?: ReadWhole;
}

/** The same for protocols whose every event counts, and which have a terminator of their own. */
export const unendedEvents = (stream: StreamEnd, isTerminated: boolean): Failure | undefined =>
  unendedFailure(stream, {
    isTerminated,
    isEmpty: stream.events === 0,
    unit: 'event',
    terminator: 'without its terminator',
  });

/** A running total that is smaller at the end than what came before; `field` names it. */
export function shrunkTotal(
  field: string,
  final: number | undefined,
  seen: { readonly contentEvents: number; readonly told: number },
): Failure | undefined {
  const { contentEvents, told } = seen;
  if (final === undefined || final >= Math.max(contentEvents, told)) return undefined;
  return protocolFailure(
    'USAGE_MISMATCH',
    `${field} is ${final} at the end, but ${contentEvents} events carried content and ${told} tokens were told before`,
  );
}

/** A stream whose terminator did not come. `unit` is what it has none of when it is empty, `terminator` what is missing at its end. */
export function unendedFailure(
  { end }: StreamEnd,
  seen: {
    readonly isTerminated: boolean;
    readonly isEmpty: boolean;
    readonly unit: string;
    readonly terminator: string;
  },
): Failure | undefined {
  if (seen.isTerminated) return undefined;
  if (end.kind === 'cut') return cutFailure(end);
  if (seen.isEmpty) return protocolFailure('STREAM_EMPTY', `the stream ended without any ${seen.unit}`);
  return protocolFailure('STREAM_TRUNCATED', `the stream ended ${seen.terminator}`);
}
