import type { BodyEnd } from '@assay/loadgen';
import { readErrorMessage } from '@assay/wire';
import { type BodyText, parseObject } from './body-text.ts';
import {
  cutFailure,
  encodedFailure,
  type Failure,
  httpFailure,
  isForeignEncoding,
  protocolFailure,
  redirectFailure,
} from './failure.ts';

const SHOWN_CHARACTERS = 80;

type Json = Readonly<Record<string, unknown>>;

/** An answer whose body came as a whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: BodyText;
  readonly end: BodyEnd;
}

/** The text of a body with the JSON object in it; without a failure there is one. */
export type JsonBody =
  | { readonly text: string; readonly value: Json; readonly failure: undefined }
  | { readonly text: string; readonly value: Json | undefined; readonly failure: Failure };

/** What fails before a body is looked at: refusals, cuts, bodies beyond the limit. */
export function brokenBody(
  { status, headers, body, end }: WholeAnswer,
  readMessage: (text: string) => string | undefined,
): Failure | undefined {
  if (status >= 300 && status <= 399) return redirectFailure(status, headers.get('location'));
  if (status < 200 || status > 299)
    return httpFailure({ status, encoding: headers.get('content-encoding') }, body.text, readMessage);
  if (end.kind === 'cut') return cutFailure(end);
  return body.isTooLarge ? protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB') : undefined;
}

/** A body that is not what was `expected`: nothing, a page, something encoded, or any other text. */
export function unreadableBody(text: string, expected: string, headers?: ReadonlyMap<string, string>): Failure {
  if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
  const encoding = headers?.get('content-encoding');
  if (isForeignEncoding(encoding)) return encodedFailure(encoding);
  const code = /^\s*</.test(text) ? 'ERROR_BODY' : 'STREAM_MALFORMED';
  return protocolFailure(code, `expected ${expected}, got ${JSON.stringify(text.trim().slice(0, SHOWN_CHARACTERS))}`);
}

/**
 * The JSON object of a body; refusals, cuts, empty bodies and errors under 200 are failures. `messageOf` finds the error in an object,
 * where the interface has a place of its own for it.
 */
export function readJsonBody(
  answer: WholeAnswer,
  messageOf: (value: Json) => string | undefined = readErrorMessage,
): JsonBody {
  const { text } = answer.body;
  const value = parseObject(text);
  const message = value === undefined ? undefined : messageOf(value);
  const broken = brokenBody(answer, () => message);
  if (broken !== undefined) return { text, value, failure: broken };
  if (value === undefined) return { text, value, failure: unreadableBody(text, 'a JSON object', answer.headers) };
  if (message !== undefined) return { text, value, failure: protocolFailure('ERROR_BODY', message) };
  return { text, value, failure: undefined };
}
