/** Memory of one running request. */
export interface KvReservation {
  /** Prompt tokens found in the prefix cache; a multiple of the block size, below the prompt's length. */
  readonly cachedTokens: number;
  /** Keys of the full blocks of the prompt, in order. */
  readonly promptKeys: readonly number[];
  /** Of these, how many are shared and counted in the cache (the others are private until published). */
  sharedBlocks: number;
  privateBlocks: number;
}

/** Hash of a block of token IDs that follows a given prefix: 53 bits, so that a collision is no concern in a simulation. */
function blockKey(previous: number, ids: ArrayLike<number>, from: number, to: number): number {
  let low = previous | 0;
  let high = Math.floor(previous / 4294967296) | 0;
  for (let i = from; i < to; i++) {
    const id = ids[i] ?? 0;
    low = Math.imul(low ^ id, 0x01000193) ^ (high >>> 7);
    high = Math.imul(high + id + 0x9e3779b9, 0x85ebca6b) ^ (low >>> 13);
  }
  return ((high >>> 11) & 0x1fffff) * 4294967296 + (low >>> 0);
}

/** Keys of all full blocks of a prompt; each key stands for the whole prefix up to its block's end. */
function promptBlockKeys(ids: ArrayLike<number>, blockTokens: number): number[] {
  const keys: number[] = [];
  let key = 0;
  for (let end = blockTokens; end <= ids.length; end += blockTokens) {
    key = blockKey(key, ids, end - blockTokens, end);
    keys.push(key);
  }
  return keys;
}

/**
 * KV blocks with a prefix cache. A request reserves everything it can need when it enters, so it is never preempted.
 * Blocks of finished prompts stay until another request needs the room: least recently used first.
 */
export class KvCache {
  readonly #blockTokens: number;
  readonly #totalBlocks: number;
  readonly #hasPrefixCache: boolean;
  /** Cached blocks in use: key to number of users. */
  readonly #used = new Map<number, number>();
  /** Cached blocks nobody uses, least recently used first. */
  readonly #idle = new Set<number>();
  #freeBlocks: number;

  constructor(options: { readonly blockTokens: number; readonly kvBlocks: number; readonly hasPrefixCache: boolean }) {
    this.#blockTokens = options.blockTokens;
    this.#totalBlocks = options.kvBlocks;
    this.#hasPrefixCache = options.hasPrefixCache;
    this.#freeBlocks = options.kvBlocks;
  }

  /** Share of blocks that running requests hold, 0 to 1. */
  get usage(): number {
    return (this.#totalBlocks - this.#freeBlocks - this.#idle.size) / this.#totalBlocks;
  }

  blocksFor(tokens: number): number {
    return Math.ceil(tokens / this.#blockTokens);
  }

  /** Whether a request of this many tokens can ever run here. */
  canEverHold(tokens: number): boolean {
    return this.blocksFor(tokens) <= this.#totalBlocks;
  }

  /** Takes the blocks of a request, or `undefined` when they are not free now. */
  reserve(promptIds: ArrayLike<number>, totalTokens: number): KvReservation | undefined {
    const promptKeys = this.#hasPrefixCache ? promptBlockKeys(promptIds, this.#blockTokens) : [];
    const maxHits = Math.floor((promptIds.length - 1) / this.#blockTokens);
    let hits = 0;
    let idleHits = 0;
    for (; hits < maxHits; hits++) {
      const key = promptKeys[hits] ?? 0;
      if (this.#idle.has(key)) idleHits++;
      else if (!this.#used.has(key)) break;
    }
    const privateBlocks = this.blocksFor(totalTokens) - hits;
    if (privateBlocks > this.#freeBlocks + this.#idle.size - idleHits) return undefined;
    for (let i = 0; i < hits; i++) this.#share(promptKeys[i] ?? 0);
    this.#takeFree(privateBlocks);
    return { cachedTokens: hits * this.#blockTokens, promptKeys, sharedBlocks: hits, privateBlocks };
  }

  /** The prompt is computed: its full blocks can be shared from now on. */
  publish(reservation: KvReservation): void {
    for (let i = reservation.sharedBlocks; i < reservation.promptKeys.length; i++) {
      const key = reservation.promptKeys[i] ?? 0;
      // Computed by another request in the meantime: this copy stays private, and so do the ones after it.
      if (this.#used.has(key) || this.#idle.has(key)) break;
      this.#used.set(key, 1);
      reservation.sharedBlocks++;
      reservation.privateBlocks--;
    }
  }

  release(reservation: KvReservation): void {
    this.#freeBlocks += reservation.privateBlocks;
    // Last block first: a prefix outlives what builds on it.
    for (let i = reservation.sharedBlocks - 1; i >= 0; i--) {
      const key = reservation.promptKeys[i] ?? 0;
      const users = this.#used.get(key) ?? 1;
      if (users > 1) this.#used.set(key, users - 1);
      else {
        this.#used.delete(key);
        this.#idle.add(key);
      }
    }
  }

  /** Empties the cache; false, and nothing forgotten, while blocks are in use. */
  forget(): boolean {
    if (this.usage > 0) return false;
    this.#freeBlocks += this.#idle.size;
    this.#idle.clear();
    return true;
  }

  #share(key: number): void {
    this.#idle.delete(key);
    this.#used.set(key, (this.#used.get(key) ?? 0) + 1);
  }

  #takeFree(count: number): void {
    while (this.#freeBlocks < count) {
      const [oldest] = this.#idle;
      if (oldest === undefined) break;
      this.#idle.delete(oldest);
      this.#freeBlocks++;
    }
    this.#freeBlocks -= count;
  }
}
