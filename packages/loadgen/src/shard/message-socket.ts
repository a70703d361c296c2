import type { Duplex } from 'node:stream';
import type { Timer } from '@assay/timebase';
import { FrameReader, HEARTBEAT, LONGEST_INTRODUCTION_BYTES, LONGEST_MESSAGE_BYTES, toFrame } from './frames.ts';

/** How often a peer that has nothing to say shows that it is there, ms. */
const BEAT_MS = 2000;
/** A peer that is silent for that long is gone: a machine that lost its power closes no connection. */
const SILENT_AFTER_MS = 20_000;

export interface Liveness {
  readonly beatMs?: number | undefined;
  readonly silentAfterMs?: number | undefined;
}

/** Messages over one connection, in both directions; notices when the other side is gone, with a reason in words. */
export class MessageSocket {
  readonly #socket: Duplex;
  readonly #timer: Timer;
  readonly #reader = new FrameReader(LONGEST_INTRODUCTION_BYTES);
  readonly #beatMs: number;
  readonly #silentBeats: number;
  readonly #early: object[] = [];
  #onMessage: ((message: object) => void) | undefined;
  #onGone: ((reason: string) => void) | undefined;
  #goneReason: string | undefined;
  #isHeard = false;
  #unheardBeats = 0;
  #forgetBeat: () => void = () => undefined;

  constructor(socket: Duplex, timer: Timer, { beatMs = BEAT_MS, silentAfterMs = SILENT_AFTER_MS }: Liveness = {}) {
    this.#socket = socket;
    this.#timer = timer;
    this.#beatMs = beatMs;
    this.#silentBeats = Math.max(2, Math.ceil(silentAfterMs / beatMs));
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.once('error', (error) => this.#end(error.message));
    socket.once('end', () => this.#end('the connection was closed'));
    socket.once('close', () => this.#end('the connection was closed'));
    this.#forgetBeat = timer.after(this.#beatMs, () => this.#beat());
  }

  /** The peer is known: from here on messages may be long. */
  trust(): void {
    this.#reader.limitBytes = LONGEST_MESSAGE_BYTES;
  }

  send(message: object): void {
    if (this.#goneReason === undefined && this.#socket.writable) this.#socket.write(toFrame(message));
  }

  /** Messages that came before are told at once. */
  onMessage(listener: ((message: object) => void) | undefined): void {
    this.#onMessage = listener;
    for (;;) {
      const message = this.#onMessage === undefined ? undefined : this.#early.shift();
      if (message === undefined) return;
      this.#onMessage?.(message);
    }
  }

  /** Called once, at once where it is gone already. */
  onGone(listener: (reason: string) => void): void {
    this.#onGone = listener;
    if (this.#goneReason !== undefined) listener(this.#goneReason);
  }

  /** Closes after what was sent has left. */
  end(): void {
    this.#forgetBeat();
    this.#socket.end();
  }

  destroy(): void {
    this.#forgetBeat();
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#isHeard = true;
    const messages = this.#reader.read(chunk);
    for (;;) {
      let message: object | undefined;
      try {
        message = messages.next().value ?? undefined;
      } catch (error: unknown) {
        this.#end(error instanceof Error ? error.message : String(error));
        this.#socket.destroy();
        return;
      }
      if (message === undefined) return;
      // Told before the next is read: the answer to an introduction decides how long what follows may be.
      if (this.#onMessage === undefined) this.#early.push(message);
      else this.#onMessage(message);
    }
  }

  #beat(): void {
    this.#unheardBeats = this.#isHeard ? 0 : this.#unheardBeats + 1;
    this.#isHeard = false;
    if (this.#unheardBeats > this.#silentBeats) {
      this.#end(`nothing was heard for ${(this.#silentBeats * this.#beatMs) / 1000} s`);
      this.#socket.destroy();
      return;
    }
    if (this.#socket.writable) this.#socket.write(HEARTBEAT);
    this.#forgetBeat = this.#timer.after(this.#beatMs, () => this.#beat());
  }

  #end(reason: string): void {
    this.#forgetBeat();
    if (this.#goneReason !== undefined) return;
    this.#goneReason = reason;
    this.#onGone?.(reason);
  }
}
