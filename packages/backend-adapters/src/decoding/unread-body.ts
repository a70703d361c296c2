import { readErrorMessage } from '@assay/wire';
import { BodyText, parseObject } from './body-text.ts';
import { encodedFailure, type Failure, isForeignEncoding, protocolFailure } from './failure.ts';

const SHOWN_CHARACTERS = 80;
const LINE_END = /\r\n|\r|\n/;
/** How a line of server-sent events begins: a comment, a field, the blank line behind an event. */
const EVENT_LINE = /^(?:$|:|(?:data|event|id|retry)(?::|$))/;

/** The body under status 200 of an answer that was to be a stream, as long as no event came: it may be something else than a stream. */
export class UnreadBody {
  #body: BodyText | undefined;

  keep(bytes: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    this.#body ??= new BodyText();
    this.#body.append(bytes, start, end);
  }

  get isEmpty(): boolean {
    return this.#body === undefined;
  }

  /** What came instead of events: an error object, a page, something encoded, any other text, half an event, or nothing. */
  findFailure(headers: ReadonlyMap<string, string>): Failure {
    if (this.#body === undefined) return protocolFailure('STREAM_EMPTY', 'the stream ended without any event');
    const encoding = headers.get('content-encoding');
    if (isForeignEncoding(encoding)) return encodedFailure(encoding);
    const { bytes, text } = this.#body;
    return isGzip(bytes) ? encodedFailure('gzip, which no header says') : failureOfText(text.trim());
  }
}

/** The first bytes of every gzip file (RFC 1952 §2.3.1). */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

function failureOfText(text: string): Failure {
  const lines = text.split(LINE_END);
  const message = messageOf(text) ?? messageOf(lines[0] ?? '');
  if (message !== undefined) return protocolFailure('ERROR_BODY', message);
  if (lines.every((line) => EVENT_LINE.test(line))) return failureOfFields(lines);
  const code = text.startsWith('<') ? 'ERROR_BODY' : 'STREAM_MALFORMED';
  return protocolFailure(code, `expected events, got ${JSON.stringify(text.slice(0, SHOWN_CHARACTERS))}`);
}

function messageOf(text: string): string | undefined {
  const value = parseObject(text);
  return value === undefined ? undefined : readErrorMessage(value);
}

/** Fields that make no event: by the rules of the format a name without data is none, and neither is data without its blank line. */
function failureOfFields(lines: readonly string[]): Failure {
  if (lines.some((line) => /^event: ?error$/.test(line)))
    return protocolFailure('STREAM_ERROR_EVENT', 'an event named error without data');
  if (lines.some((line) => line.startsWith('data')))
    return protocolFailure('STREAM_TRUNCATED', 'the only event is not whole');
  return protocolFailure('STREAM_EMPTY', 'the stream ended without any event');
}
