import type { DecodedResponse } from '@assay/loadgen';
import { type ResponsesEnd, readErrorMessage, readResponseEnd } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { type Failure, isAbortReason, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { type CountedTokens, countTokensBy } from '../decoding/output-tokens.ts';
import { toServerTimes } from '../decoding/server-times.ts';
import { readJsonBody, type WholeAnswer } from '../decoding/whole-body.ts';

/** What a whole body of `/v1/responses` says; also for a refused stream, whose error is no stream. */
export function readResponsesBody(answer: WholeAnswer): DecodedResponse {
  const { value, failure } = readJsonBody(answer, messageOf);
  const ended = value === undefined ? undefined : readResponseEnd(value);
  return {
    ...outcomeOf(failure ?? checkEnd(ended)),
    ...NO_TIMES,
    ...summarizeEnd(ended, { listedTokens: undefined, contentEvents: 0 }),
  };
}

/** What the end of an answer adds to its record: the generated tokens by the best source, usage, reason and the server's own times. */
export function summarizeEnd(
  end: ResponsesEnd | undefined,
  seen: { readonly listedTokens: number | undefined; readonly contentEvents: number },
): CountedTokens & Pick<DecodedResponse, 'serverTimes' | 'usage' | 'finishReason'> {
  const counts = countTokensBy(
    [
      ['usage', end?.usage?.completionTokens],
      ['server-timings', end?.timings?.predictedTokens],
      ['token-ids', seen.listedTokens],
    ],
    seen.contentEvents,
  );
  return {
    ...counts,
    usage: end?.usage,
    finishReason: end?.reason,
    ...(end?.timings === undefined ? {} : { serverTimes: toServerTimes(end.timings) }),
  };
}

/** A failed response has its message in the object; other errors stand where all interfaces have them. */
function messageOf(value: Readonly<Record<string, unknown>>): string | undefined {
  const ended = readResponseEnd(value);
  return ended?.status === 'failed' ? ended.message : readErrorMessage(value);
}

/** By its status, or by the reason for which it is not complete. */
export const isBrokenOff = ({ status, reason }: ResponsesEnd): boolean =>
  status === 'cancelled' || isAbortReason(reason);

function checkEnd(ended: ResponsesEnd | undefined): Failure | undefined {
  if (ended === undefined) return protocolFailure('STREAM_MALFORMED', 'the body is no response that has ended');
  if (isBrokenOff(ended)) return protocolFailure('SERVER_ABORTED', 'the server broke the answer off');
  if (ended.channels.length > 0 && ended.usage?.completionTokens === 0) {
    return protocolFailure('USAGE_MISMATCH', 'usage says 0 output tokens, but there is content');
  }
  // A limit that is met before any text is an answer; a complete one without any output is none.
  if (ended.channels.length === 0 && ended.status === 'completed' && ended.usage?.completionTokens === undefined) {
    return protocolFailure('STREAM_EMPTY', 'the response has no output');
  }
  return undefined;
}
