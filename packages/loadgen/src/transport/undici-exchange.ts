import type { Dispatcher } from 'undici';
import type { Exchange, ExchangeHandler, TransportFailureCode } from './transport.ts';

/** Carries one exchange from undici's callbacks to ours. */
export class UndiciExchange implements Exchange, Dispatcher.DispatchHandler {
  readonly #handler: ExchangeHandler;
  readonly #nowMs: () => number;
  readonly #isTls: boolean;
  readonly #onOver: () => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #isAborted = false;
  #hasConnected = false;
  #hasStarted = false;
  #hasHead = false;
  #isSent = false;

  constructor(handler: ExchangeHandler, nowMs: () => number, isTls: boolean, onOver: () => void) {
    this.#handler = handler;
    this.#nowMs = nowMs;
    this.#isTls = isTls;
    this.#onOver = onOver;
  }

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
    this.#handler.onSent(this.#nowMs());
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
    if (!this.#isAborted) this.#handler.onFailure(this.#toFailure(error), describe(error), atMs, this.#hasHead);
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

  #toFailure(error: Error): TransportFailureCode {
    const code = errorCode(error);
    if (!this.#hasStarted) {
      if (code === 'ECONNREFUSED') return 'CONNECT_REFUSED';
      if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'CONNECT_TIMEOUT';
      return this.#isTls && !isResolverCode(code) ? 'TLS_FAILED' : 'CONNECT_FAILED';
    }
    if (code.startsWith('HPE_')) return code === 'HPE_INVALID_EOF_STATE' ? 'STREAM_TRUNCATED' : 'HTTP_MALFORMED';
    if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'HTTP_MALFORMED';
    // "other side closed": the peer ended its side in an orderly way.
    if (code === 'UND_ERR_SOCKET' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
      return this.#hasHead ? 'STREAM_TRUNCATED' : 'SOCKET_RESET';
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
