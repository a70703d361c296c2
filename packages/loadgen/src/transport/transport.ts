import type { Shortage } from '@assay/contracts';
import type { EncodedRequest } from '../backend/backend.ts';

/** A request bound to a target, serialised before it is due. */
export interface PreparedRequest {
  readonly encoded: EncodedRequest;
  /** The complete HTTP/1.1 head and body, when the transport writes bytes itself. */
  readonly bytes: Uint8Array | undefined;
  /** Position in the schedule, where that decides which of several targets it goes to. */
  readonly index?: number;
}

/** Where a request went, where a load has several places to go. */
export interface Route {
  /** Host and port of the target; absent where there is one. */
  readonly target?: string;
  /** The address of the target's name; absent where names are not spread. */
  readonly address?: string;
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
  /** Told once before anything else, where a load has several places to go. */
  onRoute?(route: Route): void;
  /**
   * A new connection had to be opened for this request; `connectMs` is its duration (TCP, and TLS where used), `beganAtMs` when opening began,
   * where it had to wait for that.
   */
  onConnect(connectMs: number, beganAtMs?: number): void;
  /** The last byte of the request was handed to the kernel, at some moment of the `writeMs` before `atMs`. */
  onSent(atMs: number, writeMs: number): void;
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
  /** True while the request waits for this machine: for its turn at the pace of connects, for a port or for a descriptor. */
  readonly isHeld?: boolean;
}

export interface ConnectionCounts {
  readonly opened: number;
  readonly reused: number;
  readonly failed: number;
  /** What connections had to wait for; absent where nothing was short. */
  readonly shortages?: readonly Shortage[];
}

/** Moves bytes between one target and the load generator. It has no opinion on what they mean. */
export interface Transport {
  readonly name: string;
  /** `index` is the request's position in the schedule. */
  prepare(request: EncodedRequest, index?: number): PreparedRequest;
  /** Opens up to `count` idle connections before the load; resolves with the number that stands. */
  preconnect(count: number): Promise<number>;
  send(request: PreparedRequest, handler: ExchangeHandler): Exchange;
  readonly connections: ConnectionCounts;
  /** Requests that were sent or wait for a connection, and are not over. */
  readonly inFlight: number;
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
