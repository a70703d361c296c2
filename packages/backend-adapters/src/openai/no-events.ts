import { readErrorMessage } from '@assay/wire';
import { parseObject } from '../decoding/body-text.ts';
import { type Failure, protocolFailure } from '../decoding/failure.ts';

const SHOWN_CHARACTERS = 80;

/** What a body under status 200 is that was to be a stream and holds no event: an error object, a page, something encoded, or nothing. */
export function noEventsFailure(body: string, encoding: string | undefined): Failure {
  if (encoding !== undefined && encoding !== 'identity') {
    return protocolFailure(
      'STREAM_MALFORMED',
      `the answer is encoded (${encoding}) although no encoding was asked for`,
    );
  }
  const text = body.trim();
  const value = parseObject(text);
  const message = value === undefined ? undefined : readErrorMessage(value);
  if (message !== undefined) return protocolFailure('ERROR_BODY', message);
  const shown = JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
  if (text.startsWith('<')) return protocolFailure('ERROR_BODY', `expected events, got ${shown}`);
  if (value !== undefined) return protocolFailure('STREAM_MALFORMED', `expected events, got ${shown}`);
  return protocolFailure('STREAM_EMPTY', 'the stream ended without any content');
}

/** Whether an answer is compressed or otherwise encoded; none is asked for. */
export const isForeignEncoding = (encoding: string | undefined): encoding is string =>
  encoding !== undefined && encoding !== 'identity';

export const encodedFailure = (encoding: string): Failure =>
  protocolFailure('STREAM_MALFORMED', `the answer is encoded (${encoding}) although no encoding was asked for`);
