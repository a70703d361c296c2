import type { ReadDelays } from '../client-error/read-delays.ts';

/** Takes the bytes of a read, at once or a moment later. */
export interface ReadTarget {
  takeRead(bytes: Uint8Array, start: number, end: number, atMs: number): void;
}

/** Reads that follow each other more closely come from one look at the sockets, and further ones may wait behind them. */
const BURST_GAP_MS = 0.015;
/** Longest work between two looks at the sockets, one read at least. */
const SLICE_MS = 0.1;
/** A larger read is dearer to copy than to take, as long as nothing waits before it. */
const MAX_COPIED_BYTES = 4096;
const ROOM_BYTES = 256 * 1024;
const MAX_SPARE_ROOMS = 4;
/** More than this is never kept waiting. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** From this many on, the places of reads that were taken are given back. */
const MANY_TAKEN = 1024;

interface HeldRead {
  readonly target: ReadTarget;
  readonly room: Buffer;
  readonly start: number;
  readonly end: number;
  readonly atMs: number;
  readonly delayMs: number;
  readonly stretch: number;
}

/**
 * Keeps the reads of a burst until all sockets of that burst were read, so that the time of each is that of its arrival and not that of the work for
 * those before it. A read that comes alone is taken at once. Order is kept, for each target and among all of them. Where more comes than can be taken, what
 * waits grows, and the sockets go on being read.
 */
export class ReadQueue {
  readonly #nowMs: () => number;
  readonly #delays: ReadDelays | undefined;
  /** The room that is being filled. */
  #room: Buffer = Buffer.allocUnsafeSlow(ROOM_BYTES);
  #roomUsedBytes = 0;
  readonly #spareRooms: Buffer[] = [];
  #heldBytes = 0;
  readonly #held: HeldRead[] = [];
  #next = 0;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #isScheduled = false;
  #isTaking = false;

  constructor(nowMs: () => number, delays?: ReadDelays) {
    this.#nowMs = nowMs;
    this.#delays = delays;
  }

  /** A read of `length` bytes, stamped `atMs`; `bytes` are used again after this call. */
  add(target: ReadTarget, bytes: Uint8Array, length: number, atMs: number): void {
    const isBurst = atMs - this.#lastEndMs < BURST_GAP_MS;
    const delayMs = this.#delays === undefined ? 0 : this.#delays.onRead(atMs);
    const isWaiting = this.#next < this.#held.length;
    if (length > ROOM_BYTES || this.#heldBytes + length > MAX_HELD_BYTES) this.takeAll();
    else if (isWaiting || (isBurst && length <= MAX_COPIED_BYTES)) {
      this.#hold(target, bytes, length, atMs, delayMs);
      this.#endWork();
      return;
    }
    this.#delays?.take(delayMs);
    target.takeRead(bytes, 0, length, atMs);
    this.#endWork();
  }

  #endWork(): void {
    this.#lastEndMs = this.#nowMs();
    this.#delays?.onWorkEnd(this.#lastEndMs);
  }

  #hold(target: ReadTarget, bytes: Uint8Array, length: number, atMs: number, delayMs: number): void {
    // Words lie alike in all reads, so that patterns are compared at one alignment.
    let start = (this.#roomUsedBytes + 7) & ~7;
    if (start + length > ROOM_BYTES) {
      this.#room = this.#spareRooms.pop() ?? Buffer.allocUnsafeSlow(ROOM_BYTES);
      start = 0;
    }
    const room = this.#room;
    room.set(bytes.subarray(0, length), start);
    this.#roomUsedBytes = start + length;
    this.#heldBytes += length;
    const stretch = this.#delays?.stretch ?? 0;
    this.#held.push({ target, room, start, end: start + length, atMs, delayMs, stretch });
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  }

  /** Everything that is held is taken now: before a socket's end is told, and before the room would overflow. */
  takeAll(): void {
    if (!this.#isTaking) this.#take(Number.POSITIVE_INFINITY);
  }

  readonly #turn = (): void => {
    this.#isScheduled = false;
    const nowMs = this.#nowMs();
    this.#delays?.mark(nowMs);
    this.#take(nowMs + SLICE_MS);
    if (this.#next === this.#held.length) return;
    this.#isScheduled = true;
    setImmediate(this.#turn);
  };

  #take(untilMs: number): void {
    this.#isTaking = true;
    try {
      while (this.#next < this.#held.length) {
        this.#takeNext();
        if (this.#nowMs() >= untilMs) break;
      }
    } finally {
      this.#isTaking = false;
    }
    this.#endWork();
    if (this.#next < this.#held.length) {
      if (this.#next >= MANY_TAKEN && 2 * this.#next >= this.#held.length) {
        this.#held.splice(0, this.#next);
        this.#next = 0;
      }
      return;
    }
    this.#held.length = 0;
    this.#next = 0;
    this.#roomUsedBytes = 0;
  }

  #takeNext(): void {
    const { target, room, start, end, atMs, delayMs, stretch } = this.#held[this.#next] as HeldRead;
    this.#next += 1;
    this.#heldBytes -= end - start;
    this.#delays?.take(delayMs, stretch);
    target.takeRead(room, start, end, atMs);
    // The last read of a room: reads that follow lie in another one.
    const following = this.#held[this.#next];
    const isEmptied = following === undefined ? room !== this.#room : room !== following.room;
    if (isEmptied && this.#spareRooms.length < MAX_SPARE_ROOMS) this.#spareRooms.push(room);
  }
}
