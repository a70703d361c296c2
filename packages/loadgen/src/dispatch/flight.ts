import type { Outcome, RequestRecord } from '@assay/contracts';
import type { BodyEnd, DecodedResponse, ResponseDecoder } from '../backend/backend.ts';
import type { ReadDelay, ReadDelays } from '../client-error/read-delays.ts';
import { outcomeOfFailure } from '../record/outcome.ts';
import { toRequestRecord } from '../record/request-record.ts';
import type { Exchange, ExchangeHandler, Route, Transport, TransportFailureCode } from '../transport/transport.ts';
import type { PlannedRequest } from './look-ahead.ts';

export interface FlightTimeouts {
  readonly firstTokenMs: number;
  readonly stallMs: number;
  readonly totalMs: number;
  /** How long the connection may stay open after the protocol's own terminator. */
  readonly endGraceMs: number;
}

/** What the run decided about a request, against or before what the response says. */
export interface FlightVerdict {
  readonly outcome: Outcome;
  readonly code: string;
  readonly message: string;
}

export interface FlightEnd {
  readonly record: RequestRecord;
  readonly endAtMs: number;
}

/** A closed port comes back after a minute at the latest; beyond twice that nothing more is to be hoped for. */
const HELD_LIMIT_MS = 120_000;

/** The end of a request that could not leave the client. */
export function heldVerdict(heldMs: number): FlightVerdict {
  const message = `no connection could be opened for it in ${Math.round(heldMs)} ms: it did not leave the client`;
  return { outcome: 'dropped', code: 'DROPPED_LIMIT', message };
}

/**
 * One request on the wire: takes the transport's calls, stamps them, feeds the decoder, and ends exactly once with a record.
 * All times inside are those of the monotonic clock; the record's are relative to `originMs`.
 */
export class Flight implements ExchangeHandler {
  readonly planned: PlannedRequest;
  readonly dueAtMs: number;
  readonly dispatchedAtMs: number;
  sentAtMs: number | undefined;
  connectMs: number | undefined;
  /** When opening its connection began, where that had to wait. */
  connectAtMs: number | undefined;
  route: Route | undefined;
  headersAtMs: number | undefined;
  httpStatus: number | undefined;
  isEnded = false;
  /** Place in the `FlightSet` that holds this flight. */
  slot = -1;
  readonly #decoder: ResponseDecoder;
  readonly #originMs: number;
  readonly #onEnd: (flight: Flight, end: FlightEnd) => void;
  readonly #readDelays: ReadDelays | undefined;
  #firstTokenDelay: ReadDelay | undefined;
  #lastReadDelay: ReadDelay | undefined;
  #writeMs = 0;
  #exchange: Exchange | undefined;
  #terminatedAtMs: number | undefined;
  /** Limits count from here: what the client keeps waiting for a connection is not held against the server. */
  #countsFromMs: number;

  constructor(
    planned: PlannedRequest,
    times: { readonly dueAtMs: number; readonly dispatchedAtMs: number; readonly originMs: number },
    decoder: ResponseDecoder,
    onEnd: (flight: Flight, end: FlightEnd) => void,
    readDelays?: ReadDelays,
  ) {
    this.planned = planned;
    this.dueAtMs = times.dueAtMs;
    this.dispatchedAtMs = times.dispatchedAtMs;
    this.#countsFromMs = times.dispatchedAtMs;
    this.#originMs = times.originMs;
    this.#decoder = decoder;
    this.#onEnd = onEnd;
    this.#readDelays = readDelays;
  }

  start(transport: Transport): void {
    const exchange = transport.send(this.planned.prepared, this);
    // A failure reported during `send` has ended the flight already.
    if (!this.isEnded) this.#exchange = exchange;
  }

  onRoute(route: Route): void {
    this.route = route;
  }

  onConnect(connectMs: number, beganAtMs?: number): void {
    this.connectMs = connectMs;
    this.connectAtMs = beganAtMs;
  }

  onSent(atMs: number, writeMs: number): void {
    this.sentAtMs ??= atMs;
    this.#writeMs = writeMs;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>, atMs: number): void {
    if (this.isEnded) return;
    this.headersAtMs ??= atMs;
    this.httpStatus = status;
    this.#decoder.onHeaders(status, headers, atMs);
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    if (this.isEnded) return;
    const decoder = this.#decoder;
    decoder.onBody(bytes, start, end, atMs);
    if (this.#readDelays !== undefined && decoder.hasFirstToken) {
      this.#lastReadDelay = this.#readDelays.current;
      this.#firstTokenDelay ??= this.#lastReadDelay;
    }
    if (this.#terminatedAtMs === undefined && decoder.isTerminated) this.#terminatedAtMs = atMs;
  }

  onComplete(atMs: number): void {
    if (!this.isEnded) this.#end(atMs, this.#decoder.finish({ kind: 'complete' }), undefined);
  }

  onFailure(code: TransportFailureCode, message: string, atMs: number, wasResponseStarted: boolean): void {
    if (this.isEnded) return;
    const isCut = code === 'STREAM_TRUNCATED' || code === 'SOCKET_RESET';
    if (isCut && (wasResponseStarted || this.headersAtMs !== undefined)) {
      this.#end(atMs, this.#decoder.finish({ kind: 'cut', code, message }), undefined);
    } else {
      this.#end(atMs, this.#partial(code), { outcome: outcomeOfFailure(code), code, message });
    }
  }

  /** Waits in the client for its turn to connect, for a port or for a descriptor. */
  get isHeld(): boolean {
    return this.#exchange?.isHeld === true;
  }

  /** Closes the connection and ends the flight with what the run decided; what came so far stays in the record. */
  cancel(verdict: FlightVerdict, atMs: number): void {
    if (this.isEnded) return;
    this.#exchange?.abort();
    this.#end(atMs, this.#partial(verdict.code), verdict);
  }

  /** Ends the flight when a limit has passed. */
  checkTimeouts(nowMs: number, timeouts: FlightTimeouts, isStreaming: boolean): void {
    if (this.isEnded) return;
    const decoder = this.#decoder;
    if (this.#terminatedAtMs !== undefined) {
      if (nowMs - this.#terminatedAtMs >= timeouts.endGraceMs) {
        this.#exchange?.abort();
        this.#end(this.#terminatedAtMs, decoder.finish({ kind: 'complete' }), undefined);
      }
      return;
    }
    if (this.isHeld) {
      this.#countsFromMs = nowMs;
      const heldMs = nowMs - this.dispatchedAtMs;
      if (heldMs >= Math.max(timeouts.totalMs, HELD_LIMIT_MS)) this.cancel(heldVerdict(heldMs), nowMs);
      return;
    }
    const elapsedMs = nowMs - this.#countsFromMs;
    if (isStreaming && !decoder.hasFirstToken && elapsedMs >= timeouts.firstTokenMs) {
      this.#timeOut('TIMEOUT_FIRST_TOKEN', `no token within ${timeouts.firstTokenMs} ms`, nowMs);
    } else if (elapsedMs >= timeouts.totalMs) {
      this.#timeOut('TIMEOUT_TOTAL', `not finished within ${timeouts.totalMs} ms`, nowMs);
    } else if (isStreaming && decoder.hasFirstToken) {
      const silentMs = nowMs - (decoder.lastProgressAtMs ?? this.dispatchedAtMs);
      if (silentMs >= timeouts.stallMs) {
        this.#timeOut('STREAM_STALLED', `no event with data for ${Math.round(silentMs)} ms`, nowMs);
      }
    }
  }

  /** An answer whose status says that it failed stays that failure, even when its body does not end. */
  #timeOut(code: string, message: string, nowMs: number): void {
    if (this.httpStatus !== undefined && (this.httpStatus < 200 || this.httpStatus > 299)) {
      this.#exchange?.abort();
      this.#end(nowMs, this.#partial(code), undefined);
      return;
    }
    this.cancel({ outcome: 'timeout', code, message }, nowMs);
  }

  /** What the decoder knows of an answer that will not be finished; `undefined` when no answer began. */
  #partial(code: string): DecodedResponse | undefined {
    if (this.headersAtMs === undefined) return undefined;
    const end: BodyEnd = { kind: 'cut', code: 'STREAM_TRUNCATED', message: code };
    return this.#decoder.finish(end);
  }

  #end(atMs: number, decoded: DecodedResponse | undefined, verdict: FlightVerdict | undefined): void {
    this.isEnded = true;
    this.#exchange = undefined;
    const record = toRequestRecord({
      planned: this.planned,
      originMs: this.#originMs,
      dueAtMs: this.dueAtMs,
      sentAtMs: this.sentAtMs,
      connectMs: this.connectMs,
      connectAtMs: this.connectAtMs,
      route: this.route,
      headersAtMs: this.headersAtMs,
      httpStatus: this.httpStatus,
      endAtMs: atMs,
      decoded,
      verdict,
    });
    this.#countDelays(record);
    this.#onEnd(this, { record, endAtMs: atMs });
  }

  #countDelays({ outcome, phase }: RequestRecord): void {
    const firstToken = this.#firstTokenDelay;
    const lastToken = this.#lastReadDelay;
    if (outcome !== 'ok' || phase !== 'measure' || firstToken === undefined || lastToken === undefined) return;
    this.#readDelays?.countAnswer({ firstToken, lastToken, writeMs: this.#writeMs });
  }
}
