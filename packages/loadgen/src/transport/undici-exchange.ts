import type { Dispatcher } from 'undici';
import type { Exchange, ExchangeHandler, TransportFailureCode } from './transport.ts';

export interface UndiciExchangeOptions {
  readonly nowMs: () => number;
  readonly isTls: boolean;
  /** The connection has carried an exchange before, unless a new one is opened now. */
  readonly isOnUsedConnection: boolean;
  /** Called once, before the handler hears of the end. */
  readonly onOver: () => void;
}

/** Carries one exchange from undici's callbacks to ours. */
export class UndiciExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #handler: ExchangeHandler;
  readonly #nowMs: () => number;
  readonly #isTls: boolean;
  readonly #isOnUsedConnection: boolean;
  readonly #onOver: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #isAborted = false;
  #hasConnected = false;
  #hasStarted = false;
  #hasHead = false;
  #isSent = false;

  constructor(handler: ExchangeHandler, options: UndiciExchangeOptions) {
    this.#handler = handler;
    this.#nowMs = options.nowMs;
    this.#isTls = options.isTls;
    this.#isOnUsedConnection = options.isOnUsedConnection;
    this.#onOver = options.onOver;
  }

  /** Set while its connection waits for a port or a descriptor. */
  isHeld = false;

  /** True while the exchange has opened a connection of its own. */
  get hasConnected(): boolean {
    return this.#hasConnected;
  }

  onConnected(connectMs: number): void {
    this.#hasConnected = true;
    if (!this.#isAborted) this.#handler.onConnect(connectMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#hasStarted = true;
    if (this.#isAborted) controller.abort(new Error('aborted'));
  }

  onRequestSent(): void {
    this.#stampSent();
  }

  #stampSent(): void {
    if (this.#isSent || this.#isOver) return;
    this.#isSent = true;
    this.#handler.onSent(this.#nowMs(), 0);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (this.#isOver || status < 200) return;
    const atMs = this.#nowMs();
    this.#hasHead = true;
    const map = new Map<string, string>();
    for (const name in headers) {
      const value = headers[name];
      if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    this.#handler.onHeaders(status, map, atMs);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isOver) this.#handler.onBody(chunk, 0, chunk.length, this.#nowMs());
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    const atMs = this.#nowMs();
    this.#end();
    this.#handler.onComplete(atMs);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#isOver) return;
    const atMs = this.#nowMs();
    this.#end();
    if (!this.#isAborted) this.#handler.onFailure(this.#toFailure(error), this.#describe(error), atMs, this.#hasHead);
  }

  abort(): void {
    if (this.#isOver || this.#isAborted) return;
    this.#isAborted = true;
    this.#controller?.abort(new Error('aborted'));
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onOver();
  }

  #describe(error: Error): string {
    // undici ends the connection at a 100 that it did not ask for, and cannot be told to skip it (RFC 9110 §15.2 allows it).
    if (!this.#hasHead && this.#hasStarted && error.message === 'bad response') {
      return `${describe(error)} (hint: undici reads no answer that begins with 100 Continue; the net transport does)`;
    }
    const isReused = this.#isOnUsedConnection && !this.#hasConnected && !this.#hasHead;
    return isReused ? `reused connection failed before the head of the answer: ${describe(error)}` : describe(error);
  }

  #toFailure(error: Error): TransportFailureCode {
    const code = errorCode(error);
    if (!this.#hasStarted) {
      if (code === 'ECONNREFUSED') return 'CONNECT_REFUSED';
      if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'CONNECT_TIMEOUT';
      if (code === 'ECONNRESET' && !this.#isTls) return 'SOCKET_RESET';
      return this.#isTls && !isResolverCode(code) ? 'TLS_FAILED' : 'CONNECT_FAILED';
    }
    // The code of a parser error is missing more often than not.
    if (error.name === 'HTTPParserError')
      return error.message.includes('Invalid EOF state') ? 'STREAM_TRUNCATED' : 'HTTP_MALFORMED';
    if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'HTTP_MALFORMED';
    // Without a head this is undici's word for two lengths that contradict each other.
    if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return this.#hasHead ? 'STREAM_TRUNCATED' : 'HTTP_MALFORMED';
    // "other side closed": the peer ended its side in an orderly way.
    if (code === 'UND_ERR_SOCKET') return this.#hasHead ? 'STREAM_TRUNCATED' : 'SOCKET_RESET';
    return 'SOCKET_RESET';
  }
}

function errorCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isResolverCode(code: string): boolean {
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH';
}

function describe(error: Error): string {
  const code = errorCode(error);
  return code === '' || error.message.includes(code) ? error.message : `${code}: ${error.message}`;
}
