import type { Socket } from 'node:net';
import type { HttpFailureCode, HttpResponseHandler, HttpResponseReader } from '@assay/wire';
import { createHttpResponseReader } from '@assay/wire';
import type { ReadQueue, ReadTarget } from './read-queue.ts';
import type { Exchange, ExchangeHandler, PreparedRequest, TransportFailureCode } from './transport.ts';

/** What a connection tells the pool it belongs to. */
export interface ConnectionOwner {
  readonly nowMs: () => number;
  /** The exchange is over and the connection may carry another one. */
  release(connection: NetConnection): void;
  /** The exchange is over, and the server is to close the connection. Tells whether that is worth the wait. */
  awaitEnd(connection: NetConnection): boolean;
  /** The server did not close it in time. */
  missEnd(connection: NetConnection): void;
  /** The connection is gone, whether it was idle or busy. */
  forget(connection: NetConnection): void;
  readonly reads: ReadQueue;
}

/** Fits into every socket's send buffer. */
const SMALL_REQUEST_BYTES = 8_192;
/** Longest wait for a server to close what it is to close. */
const END_WAIT_MS = 200;
const NO_BYTES = new Uint8Array(0);

class NetExchange implements Exchange {
  readonly #connection: NetConnection;
  readonly #handler: ExchangeHandler;

  constructor(connection: NetConnection, handler: ExchangeHandler) {
    this.#connection = connection;
    this.#handler = handler;
  }

  abort(): void {
    this.#connection.closeFor(this.#handler);
  }
}

/** One socket and the one exchange it carries at a time. */
export class NetConnection implements HttpResponseHandler, ReadTarget {
  /** When it became idle; monotonic ms. */
  idleSinceMs = 0;
  /** It carried an exchange before the present one. */
  isUsed = false;
  isOpen = true;
  /** How long it had been idle, where it was lost after a further request and before any byte of the answer. */
  lostAfterIdleMs: number | undefined;
  readonly #owner: ConnectionOwner;
  readonly #reader: HttpResponseReader;
  #socket: Socket | undefined;
  #handler: ExchangeHandler | undefined;
  #readAtMs = 0;
  #idleForMs = 0;
  #hasHead = false;
  #hasBytes = false;
  #isSent = false;
  #writtenAtMs = 0;
  /** Set by the reader: the response ended inside the current read. */
  #isFinished = false;
  #isReusable = false;

  constructor(owner: ConnectionOwner) {
    this.#owner = owner;
    this.#reader = createHttpResponseReader(this);
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error: NodeJS.ErrnoException) => this.#onSocketError(error));
    socket.on('end', () => this.#onEnd());
    socket.on('close', () => this.#onEnd());
  }

  /** Writes a prepared request. `onSent` may be called before this returns, every other callback only later. */
  send(request: PreparedRequest, handler: ExchangeHandler): Exchange {
    this.#handler = handler;
    this.#hasHead = false;
    this.#hasBytes = false;
    this.#isSent = false;
    this.#isFinished = false;
    this.#idleForMs = this.#owner.nowMs() - this.idleSinceMs;
    this.#reader.reset(request.encoded.method);
    this.#write(request.bytes as Uint8Array);
    return new NetExchange(this, handler);
  }

  /**
   * The kernel mostly takes a small request at once, and then the return of `write` is the moment it did: no callback is
   * asked for, which would cost a tick per request.
   */
  #write(bytes: Uint8Array): void {
    const socket = this.#socket as Socket;
    this.#writtenAtMs = this.#owner.nowMs();
    if (bytes.length > SMALL_REQUEST_BYTES || 'encrypted' in socket) socket.write(bytes, this.#onWritten);
    else socket.write(bytes);
    if (socket.writableLength === 0) this.#stampSent();
    else if (bytes.length <= SMALL_REQUEST_BYTES) socket.write(NO_BYTES, this.#onWritten);
  }

  /** Closes the connection if it still carries the exchange of `handler`; it may have gone on to another one. */
  closeFor(handler: ExchangeHandler): void {
    if (this.#handler === handler) this.close();
  }

  readonly #onWritten = (error?: Error | null): void => {
    if (error === undefined || error === null) this.#stampSent();
  };

  #stampSent(): void {
    if (this.#isSent) return;
    this.#isSent = true;
    const nowMs = this.#owner.nowMs();
    this.#handler?.onSent(nowMs, nowMs - this.#writtenAtMs);
  }

  /** The socket's read callback: `bytes` is the buffer that all sockets share. */
  onRead(length: number, bytes: Uint8Array): boolean {
    this.#owner.reads.add(this, bytes, length, this.#owner.nowMs());
    return true;
  }

  takeRead(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#readAtMs = atMs;
    if (this.#handler === undefined) {
      // Nothing was asked: the peer breaks the protocol, or says that it is about to close.
      this.#discard();
      return;
    }
    this.#hasBytes = true;
    // TLS tells late that a request has left: an answer to it is proof enough. Whether the connection may be used again is decided by the former.
    if (!this.#isSent) this.#handler.onSent(atMs, atMs - this.#writtenAtMs);
    const consumed = this.#reader.push(bytes, start, end);
    if (this.#isFinished) this.#finishExchange(consumed === end);
  }

  onHead(status: number, headers: ReadonlyMap<string, string>): void {
    this.#hasHead = true;
    this.#handler?.onHeaders(status, headers, this.#readAtMs);
  }

  onBody(bytes: Uint8Array, start: number, end: number): void {
    this.#handler?.onBody(bytes, start, end, this.#readAtMs);
  }

  onComplete(isReusable: boolean): void {
    this.#isFinished = true;
    this.#isReusable = isReusable;
  }

  onError(code: HttpFailureCode, message: string): void {
    const isEarlyEnd = code === 'HTTP_CLOSED_IN_BODY' || code === 'HTTP_CLOSED_IN_HEAD';
    if (isEarlyEnd) this.#fail('STREAM_TRUNCATED', message);
    else if (code === 'HTTP_CLOSED_BEFORE_RESPONSE') this.#fail('SOCKET_RESET', this.#describeSilence('closed'));
    else this.#fail('HTTP_MALFORMED', `${code}: ${message}`);
  }

  /** Closes the connection at once; the exchange on it hears nothing more. */
  close(): void {
    this.#discard();
  }

  #finishExchange(isFullyRead: boolean): void {
    const handler = this.#handler;
    this.#handler = undefined;
    this.#isFinished = false;
    this.isUsed = true;
    this.idleSinceMs = this.#readAtMs;
    if (!(isFullyRead && this.#isSent && this.isOpen)) this.#discard();
    else if (this.#isReusable) this.#owner.release(this);
    else this.awaitEnd();
    // Last, so that a request made from within finds the connection in the pool.
    handler?.onComplete(this.#readAtMs);
  }

  /** Whoever closes first keeps the port for a minute (TIME_WAIT): the server may, it was asked to or said it would, and then the port is free at once. */
  awaitEnd(): void {
    if (!this.#owner.awaitEnd(this)) {
      this.#discard();
      return;
    }
    this.#socket?.setTimeout(END_WAIT_MS, () => {
      if (this.isOpen) this.#owner.missEnd(this);
      this.#discard();
    });
  }

  #onEnd(): void {
    this.#owner.reads.takeAll();
    if (!this.isOpen) return;
    this.#readAtMs = this.#owner.nowMs();
    if (this.#handler !== undefined) this.#reader.finish();
    if (this.#isFinished) this.#finishExchange(false);
    this.#discard();
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    this.#owner.reads.takeAll();
    if (!this.isOpen) return;
    this.#readAtMs = this.#owner.nowMs();
    if (this.#handler === undefined) this.#discard();
    else if (this.#hasBytes) this.#fail('SOCKET_RESET', error.message);
    else this.#fail('SOCKET_RESET', `${this.#describeSilence('reset')} (${error.code ?? error.message})`);
  }

  /** A reused connection may have been closed by the server's idle limit just before: told apart, never retried. */
  #describeSilence(how: string): string {
    if (!this.isUsed) return `connection ${how} before any byte of the answer`;
    return `reused connection ${how} before any byte of the answer, after ${this.#idleForMs.toFixed(1)} ms idle`;
  }

  #fail(code: TransportFailureCode, message: string): void {
    const handler = this.#handler;
    if (this.isUsed && !this.#hasBytes) this.lostAfterIdleMs = this.#idleForMs;
    this.#discard();
    handler?.onFailure(code, message, this.#readAtMs, this.#hasHead);
  }

  #discard(): void {
    this.#handler = undefined;
    this.#reader.cancel();
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#socket?.destroy();
    this.#owner.forget(this);
  }
}
