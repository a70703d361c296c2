import { readErrorMessage } from '@assay/wire';
import { parseObject } from './body-text.ts';
import { type Failure, protocolFailure } from './failure.ts';

/** What a field `error` of a stream says: the error object of llama.cpp, or any text. */
export function errorFieldFailure(text: string): Failure {
  const error = parseObject(text);
  const message = error === undefined ? undefined : readErrorMessage({ error });
  return protocolFailure('STREAM_ERROR_EVENT', message ?? (text === '' ? 'a field named error' : text.slice(0, 300)));
}
