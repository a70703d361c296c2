import type { BodyEnd } from '@assay/loadgen';
import { readErrorMessage } from '@assay/wire';
import { type BodyText, parseObject } from './body-text.ts';
import { cutFailure, type Failure, httpFailure, protocolFailure } from './failure.ts';

/** A body that holds a JSON object, or how it failed to. */
export type WholeBody = { readonly value: Readonly<Record<string, unknown>> } | { readonly failure: Failure };

const readMessage = (text: string): string | undefined => {
  const value = parseObject(text);
  return value === undefined ? undefined : readErrorMessage(value);
};

/** The JSON object of a body that came as a whole; refusals, cuts, empty bodies and errors under 200 are failures. */
export function readWholeBody(status: number, body: BodyText, end: BodyEnd): WholeBody {
  const { text } = body;
  if (status < 200 || status > 299) return { failure: httpFailure(status, text, readMessage) };
  if (end.kind === 'cut') return { failure: cutFailure(end) };
  if (body.isTooLarge) return { failure: protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB') };
  if (text.trim() === '') return { failure: protocolFailure('STREAM_EMPTY', 'the body is empty') };
  const value = parseObject(text);
  if (value === undefined) {
    const code = /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED';
    const start = JSON.stringify(text.trim().slice(0, 80));
    return { failure: protocolFailure(code, `expected a JSON object, got ${start}`) };
  }
  const message = readErrorMessage(value);
  return message === undefined ? { value } : { failure: protocolFailure('ERROR_BODY', message) };
}
