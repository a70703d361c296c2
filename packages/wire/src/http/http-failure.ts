/**
 * Why a byte stream is not a complete HTTP/1.1 response. `HTTP_CLOSED_*` means that the connection ended too early;
 * all other codes mean that the peer broke the protocol or a limit.
 */
export type HttpFailureCode =
  | 'HTTP_BAD_STATUS_LINE'
  | 'HTTP_BAD_HEADER'
  | 'HTTP_BARE_LINE_FEED'
  | 'HTTP_OBSOLETE_FOLD'
  | 'HTTP_HEAD_TOO_LARGE'
  | 'HTTP_TOO_MANY_HEADERS'
  | 'HTTP_BAD_CONTENT_LENGTH'
  | 'HTTP_AMBIGUOUS_FRAMING'
  | 'HTTP_UNSUPPORTED_CODING'
  | 'HTTP_UNEXPECTED_UPGRADE'
  | 'HTTP_BAD_CHUNK'
  | 'HTTP_CHUNK_LINE_TOO_LONG'
  | 'HTTP_CLOSED_BEFORE_RESPONSE'
  | 'HTTP_CLOSED_IN_HEAD'
  | 'HTTP_CLOSED_IN_BODY';

/** Thrown between the reader's own parts only; callers get `onError`. */
export class HttpViolation extends Error {
  override readonly name = 'HttpViolation';
  readonly code: HttpFailureCode;

  constructor(code: HttpFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}
