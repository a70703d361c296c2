import type { HttpReaderLimits } from '../../src/http/http-response-handler.ts';
import { createHttpResponseReader } from '../../src/http/http-response-reader.ts';

export interface CollectedResponse {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly trailers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly informational: readonly number[];
  /** `complete`, an error code, or `unfinished`. */
  readonly end: string;
  readonly isReusable: boolean | undefined;
  readonly message: string | undefined;
  /** Bytes that belong to the response. */
  readonly consumedBytes: number;
}

export interface CollectOptions {
  readonly method?: string;
  /** Offsets at which the bytes are cut; each piece lies in a larger buffer at a shifted place, as in a reused read buffer. */
  readonly cuts?: readonly number[];
  readonly isClosed?: boolean;
  readonly limits?: Partial<HttpReaderLimits>;
}

export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Runs the reader over `bytes` in the given pieces. */
export function collectResponse(bytes: Uint8Array, options: CollectOptions = {}): CollectedResponse {
  const parts: Uint8Array[] = [];
  const informational: number[] = [];
  const trailers: Record<string, string> = {};
  let status: number | undefined;
  let headers: Record<string, string> = {};
  let end = 'unfinished';
  let message: string | undefined;
  let isReusable: boolean | undefined;
  const reader = createHttpResponseReader(
    {
      onHead(received, map) {
        status = received;
        headers = Object.fromEntries(map);
      },
      onBody: (source, start, stop) => parts.push(source.slice(start, stop)),
      onComplete(reusable) {
        end = 'complete';
        isReusable = reusable;
      },
      onError(code, text) {
        end = code;
        message = text;
      },
      onInformational: (code) => informational.push(code),
      onTrailer(name, value) {
        trailers[name] = value;
      },
    },
    options.limits,
  );
  reader.reset(options.method ?? 'GET');
  let consumedBytes = 0;
  const offsets = [...new Set([0, ...(options.cuts ?? []), bytes.length])].sort((a, b) => a - b);
  for (let index = 0; index + 1 < offsets.length && end === 'unfinished'; index += 1) {
    const [from, to] = [offsets[index] as number, offsets[index + 1] as number];
    const shift = index % 3;
    const buffer = new Uint8Array(to - from + shift + 2).fill(10);
    buffer.set(bytes.subarray(from, to), shift);
    consumedBytes += reader.push(buffer, shift, shift + to - from) - shift;
    buffer.fill(0);
  }
  if (options.isClosed ?? true) reader.finish();
  return {
    status,
    headers,
    trailers,
    body: Buffer.concat(parts).toString('latin1'),
    informational,
    end,
    isReusable,
    message,
    consumedBytes,
  };
}
