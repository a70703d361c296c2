import type { Socket } from 'node:net';
import type { TurnQueue } from '../engine/turn-queue.ts';
import { type HttpRefusal, type HttpRequest, RequestParser } from './request-parser.ts';

const LIMITS = { maxHeadBytes: 32 * 1024, maxBodyBytes: 64 * 1024 * 1024 };
const MAX_PIPELINED_BYTES = 1024 * 1024;
/** An answer that its client does not read. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

/** Called for each request; the handler answers through the connection and calls `done()` at the end of its answer. */
export type RequestHandler = (request: HttpRequest, connection: Connection, arrivalNs: bigint) => void;

/** Called for bytes that are no request that is served; it answers or abandons, and the connection ends. */
export type RefusalHandler = (refusal: HttpRefusal, connection: Connection) => void;

/** What a connection does with what it reads. */
export interface ConnectionHandlers {
  readonly handle: RequestHandler;
  readonly refuse: RefusalHandler;
  onExchange?(exchange: ConnectionExchange): void;
}

/** A complete exchange, as the connection saw it. */
export interface ConnectionExchange {
  readonly request: HttpRequest;
  readonly status: number;
  readonly responseBytes: number;
  readonly arrivalNs: bigint;
}

/** One client connection: requests one after another, answers written as Latin-1 strings or bytes. */
export class Connection {
  readonly socket: Socket;
  readonly #parser = new RequestParser(LIMITS);
  readonly #handlers: ConnectionHandlers;
  #request: HttpRequest | undefined;
  #requestNs = 0n;
  #status = 0;
  #responseBytes = 0;
  #isBusy = false;
  #isClosing = false;
  #isInPump = false;
  #isRequestKeepAlive = true;
  #lastReadNs = 0n;
  /** Set by the handler of the current request: called once when the connection is gone before `done()`. */
  onGone: ((why: 'client-closed' | 'drained') => void) | undefined;

  constructor(socket: Socket, turns: TurnQueue, handlers: ConnectionHandlers) {
    this.socket = socket;
    this.#handlers = handlers;
    socket.on('data', (bytes: Buffer) => {
      this.#lastReadNs = process.hrtime.bigint();
      this.#parser.push(bytes);
      if (!this.#isBusy) turns.add(this.#pumpLater);
      else if (this.#parser.bufferedBytes > MAX_PIPELINED_BYTES) socket.destroy();
    });
    // The close event follows and does the work; without a listener an ECONNRESET would end the process.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#gone('client-closed'));
    socket.on('close', () => this.#gone('client-closed'));
  }

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Text without a character above U+00FF; the first text of an answer starts with its status line. */
  write(text: string): void {
    if (this.#status === 0) this.#status = Number(text.slice(9, 12));
    this.#responseBytes += text.length;
    if (this.socket.writable) this.socket.write(text, 'latin1');
    if (this.socket.writableLength > MAX_UNREAD_BYTES) this.socket.destroy();
  }

  writeBytes(bytes: Uint8Array): void {
    this.#responseBytes += bytes.length;
    if (this.socket.writable) this.socket.write(bytes);
  }

  /** The current answer is complete; the next request may be read. */
  done(): void {
    this.#isBusy = false;
    this.onGone = undefined;
    this.#report();
    if (!this.#isRequestKeepAlive || this.#isClosing) this.socket.end();
    else if (this.#parser.bufferedBytes > 0) this.#pump();
  }

  /** Ends the connection without the rest of an answer. */
  abandon(how: 'fin' | 'reset'): void {
    this.onGone = undefined;
    if (how === 'reset') this.socket.resetAndDestroy();
    else this.socket.end(() => this.socket.destroySoon());
  }

  /** The connection ends after the current answer. */
  endAfterAnswer(): void {
    this.#isRequestKeepAlive = false;
  }

  /** Closes now when idle, else after the current answer. */
  closeWhenIdle(): void {
    this.#isClosing = true;
    if (!this.#isBusy) this.socket.end();
  }

  #report(): void {
    const request = this.#request;
    this.#request = undefined;
    if (request === undefined) return;
    this.#handlers.onExchange?.({
      request,
      status: this.#status,
      responseBytes: this.#responseBytes,
      arrivalNs: this.#requestNs,
    });
  }

  /** Ends the connection now, in the middle of an answer or not: the service stops. */
  cut(): void {
    this.#gone('drained');
    this.socket.destroy();
  }

  #gone(why: 'client-closed' | 'drained'): void {
    const gone = this.onGone;
    this.onGone = undefined;
    gone?.(why);
  }

  /** Reading comes first: a request that waits to be looked at has its time already. */
  readonly #pumpLater = (): void => this.#pump();

  #pump(): void {
    if (this.#isInPump) return;
    this.#isInPump = true;
    while (!this.#isBusy && this.socket.writable) {
      const next = this.#parser.next();
      if (next === undefined) {
        if (this.#parser.takeContinue()) this.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
        break;
      }
      this.#isBusy = true;
      if ('status' in next) {
        this.#isRequestKeepAlive = false;
        this.#handlers.refuse(next, this);
        break;
      }
      this.#isRequestKeepAlive = next.isKeepAlive;
      this.#request = next;
      this.#requestNs = this.#lastReadNs;
      this.#status = 0;
      this.#responseBytes = 0;
      this.#handlers.handle(next, this, this.#lastReadNs);
    }
    this.#isInPump = false;
  }
}
