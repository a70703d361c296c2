import { readErrorMessage } from '@assay/wire';
import { parseObject } from '../decoding/body-text.ts';
import { encodedFailure, type Failure, isForeignEncoding, protocolFailure } from '../decoding/failure.ts';

const SHOWN_CHARACTERS = 80;

/** What a body under status 200 is that was to be a stream and holds no event: an error object, a page, something encoded, or nothing. */
export function noEventsFailure(body: string, encoding: string | undefined): Failure {
  if (isForeignEncoding(encoding)) return encodedFailure(encoding);
  const text = body.trim();
  const value = parseObject(text);
  const message = value === undefined ? undefined : readErrorMessage(value);
  if (message !== undefined) return protocolFailure('ERROR_BODY', message);
  const shown = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  if (text.startsWith('<')) return protocolFailure('ERROR_BODY', `expected events, got ${shown}`);
  if (value !== undefined) return protocolFailure('STREAM_MALFORMED', `expected events, got ${shown}`);
  return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
}
