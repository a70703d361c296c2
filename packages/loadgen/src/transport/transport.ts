import type { EncodedRequest } from '../backend/backend.ts';

/** A request bound to a target, serialised before it is due. */
export interface PreparedRequest {
  readonly encoded: EncodedRequest;
  /** The complete HTTP/1.1 head and body, when the transport writes bytes itself. */
  readonly bytes: Uint8Array | undefined;
}

export type TransportFailureCode =
  | 'CONNECT_REFUSED'
  | 'CONNECT_TIMEOUT'
  | 'CONNECT_FAILED'
  | 'TLS_FAILED'
  | 'SOCKET_RESET'
  | 'STREAM_TRUNCATED'
  | 'HTTP_MALFORMED';

/** Receives one exchange. Every time is monotonic milliseconds, taken before any parsing. Exactly one of `onComplete` and `onFailure` ends it, unless it is aborted. */
export interface ExchangeHandler {
  /** A new connection had to be opened for this request; `connectMs` is its duration (TCP, and TLS where used). */
  onConnect(connectMs: number): void;
  /** The last byte of the request was handed to the kernel. */
  onSent(atMs: number): void;
  onHeaders(status: number, headers: ReadonlyMap<string, string>, atMs: number): void;
  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void;
  /** The response's framing ended as HTTP says. */
  onComplete(atMs: number): void;
  /** `wasResponseStarted` tells a cut stream from a request that got no answer. */
  onFailure(code: TransportFailureCode, message: string, atMs: number, wasResponseStarted: boolean): void;
}

export interface Exchange {
  /** Closes the connection at once; no further call reaches the handler. */
  abort(): void;
}

export interface ConnectionCounts {
  readonly opened: number;
  readonly reused: number;
  readonly failed: number;
}

/** Moves bytes between one target and the load generator. It has no opinion on what they mean. */
export interface Transport {
  readonly name: string;
  prepare(request: EncodedRequest): PreparedRequest;
  /** Opens up to `count` idle connections before the load; resolves with the number that stands. */
  preconnect(count: number): Promise<number>;
  send(request: PreparedRequest, handler: ExchangeHandler): Exchange;
  readonly connections: ConnectionCounts;
  close(): Promise<void>;
}

export interface TransportTarget {
  /** Scheme, host and port of the server; a path is not part of it. */
  readonly origin: URL;
  readonly tls?:
    | {
        /** Authority to trust instead of the system's, PEM. */
        readonly ca?: string;
        /** Certificate of this client and its key, PEM. */
        readonly cert?: string;
        readonly key?: string;
        readonly isVerified?: boolean;
      }
    | undefined;
  readonly connectTimeoutMs: number;
}
