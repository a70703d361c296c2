import type { DecodedResponse, FetchText, ResponseDecoder } from '@assay/loadgen';
import type { Capture } from '@assay/testkit';
import { createHttpResponseReader } from '@assay/wire';

/** Whether the captured request asked for a stream. */
export const isStreamed = (capture: Capture): boolean =>
  (capture.request.body as { stream?: boolean } | null)?.stream === true;

/**
 * Feeds an HTTP answer to a decoder in pieces of a size, one millisecond apart, as a transport would: each piece at a moving offset of a
 * Node buffer that is overwritten afterwards, so that views kept for too long are seen to change.
 */
export function decodeBytes(bytes: Uint8Array, decoder: ResponseDecoder, size: number): DecodedResponse {
  let isComplete = false;
  let atMs = 0;
  const reader = createHttpResponseReader({
    onHead: (status: number, headers: ReadonlyMap<string, string>) => decoder.onHeaders(status, headers, atMs),
    onBody: (piece: Uint8Array, start: number, end: number) => decoder.onBody(piece, start, end, atMs),
    onComplete: () => {
      isComplete = true;
    },
    onError: () => undefined,
  });
  reader.reset('POST');
  for (let at = 0; at < bytes.length; at += size) {
    atMs += 1;
    const piece = bytes.slice(at, at + size);
    const buffer = Buffer.alloc(piece.length + 7);
    buffer.set(piece, 3);
    reader.push(buffer, 3, 3 + piece.length);
    buffer.fill(0x21);
  }
  reader.finish();
  return decoder.finish(isComplete ? { kind: 'complete' } : { kind: 'cut', code: 'STREAM_TRUNCATED', message: 'cut' });
}

/** The code a capture's index asks for; `undefined` for success. */
export function expectedCode(mustReport: string): string | undefined {
  if (mustReport === 'ok') return undefined;
  if (mustReport.startsWith('http_')) return `HTTP_${mustReport.slice(5)}`;
  const codes: Record<string, string> = { error_event: 'STREAM_ERROR_EVENT', error_body_200: 'ERROR_BODY' };
  return codes[mustReport] ?? 'STREAM_TRUNCATED';
}

/** What a captured answer of a question holds, whatever its framing. */
export function readCaptured(capture: Capture): {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
} {
  const answer = { status: 0, headers: new Map<string, string>() as ReadonlyMap<string, string>, body: '' };
  const decoder = new TextDecoder();
  const reader = createHttpResponseReader({
    onHead: (status: number, headers: ReadonlyMap<string, string>) => Object.assign(answer, { status, headers }),
    onBody: (bytes: Uint8Array, start: number, end: number) => {
      answer.body += decoder.decode(bytes.subarray(start, end), { stream: true });
    },
    onComplete: () => undefined,
    onError: () => undefined,
  });
  reader.reset(capture.request.method);
  reader.push(capture.bytes, 0, capture.bytes.length);
  reader.finish();
  return answer;
}

/** Answers requests off the hot path with captures, by path; everything else is 404. */
export function fetchCaptures(byPath: Readonly<Record<string, Capture | undefined>>): FetchText {
  return async ({ path }) => {
    const capture = byPath[path];
    return capture === undefined ? { status: 404, headers: new Map(), body: '' } : readCaptured(capture);
  };
}
