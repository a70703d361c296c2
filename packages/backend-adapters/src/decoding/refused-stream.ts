import type { DecodedResponse } from '@assay/loadgen';
import { protocolFailure } from './failure.ts';

const IS_WHOLE_BODY = /json|html/i;

/** A stream was asked for: a whole body under 200 is no answer to that, even when it holds one. */
export function asRefusedStream(decoded: DecodedResponse): DecodedResponse {
  if (decoded.outcome !== 'ok') return decoded;
  return {
    ...decoded,
    ...protocolFailure('STREAM_MALFORMED', 'the server answered a stream request with a whole body'),
  };
}

/** Whether an answer says that it is server-sent events. */
export const isEventStream = (headers: ReadonlyMap<string, string>): boolean =>
  /^text\/event-stream\b/i.test(headers.get('content-type') ?? '');

/** Whether the body of an answer to a stream request is read as a whole: a refusal, a page, an error object. */
export const isWholeBody = (status: number, headers: ReadonlyMap<string, string>): boolean =>
  status < 200 || status > 299 || IS_WHOLE_BODY.test(headers.get('content-type') ?? '');
