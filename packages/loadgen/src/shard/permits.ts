/// <reference lib="es2024.sharedmemory" />

/**
 * The right to have a request in flight. However many workers ask, no more are out than there were at the beginning: that is what keeps a
 * concurrency of 64 from ever being 65.
 */
export interface Permits {
  /** Takes one; false when none is free. */
  tryTake(): boolean;
  /** Gives one back. */
  give(): void;
  /** Calls `listener` when permits that others gave back may be free, until stopped. */
  onFree(listener: () => void): () => void;
}

const FREE = 0;
const HELD = 1;

/** Memory for {@link createSharedPermits}: the free permits, then those each worker holds. */
export function createPermitWords(permits: number, workers: number): Int32Array<SharedArrayBuffer> {
  const words = new Int32Array(new SharedArrayBuffer((HELD + workers) * Int32Array.BYTES_PER_ELEMENT));
  words[FREE] = permits;
  return words;
}

/** Permits of threads of one process. */
export function createSharedPermits(words: Int32Array<SharedArrayBuffer>, worker: number): Permits {
  let isWatching = false;
  return {
    tryTake: () => {
      for (let free = Atomics.load(words, FREE); free > 0; free = Atomics.load(words, FREE)) {
        if (Atomics.compareExchange(words, FREE, free, free - 1) !== free) continue;
        Atomics.add(words, HELD + worker, 1);
        return true;
      }
      return false;
    },
    give: () => {
      Atomics.sub(words, HELD + worker, 1);
      Atomics.add(words, FREE, 1);
      Atomics.notify(words, FREE);
    },
    onFree: (listener) => {
      isWatching = true;
      const watch = async (): Promise<void> => {
        while (isWatching) {
          const free = Atomics.load(words, FREE);
          if (free > 0) listener();
          const change = Atomics.waitAsync(words, FREE, Atomics.load(words, FREE));
          if (change.async) await change.value;
        }
      };
      void watch();
      return () => {
        isWatching = false;
      };
    },
  };
}

/** Frees what a worker that is gone held; returns how many that were. */
export function reclaimPermits(words: Int32Array<SharedArrayBuffer>, worker: number): number {
  const held = Atomics.exchange(words, HELD + worker, 0);
  Atomics.add(words, FREE, held);
  Atomics.notify(words, FREE);
  return held;
}

/** Permits of a worker that shares no memory: it begins with its part, `onGive` passes on what comes back, `grant` adds what others gave. */
export interface GrantedPermits extends Permits {
  grant(count: number): void;
}

/** @param onGive Takes a permit that was given back; without it the permit stays with this worker. */
export function createGrantedPermits(initial: number, onGive: (() => void) | undefined): GrantedPermits {
  let free = initial;
  let onFree: (() => void) | undefined;
  return {
    tryTake: () => {
      if (free <= 0) return false;
      free--;
      return true;
    },
    give: () => {
      if (onGive === undefined) free++;
      else onGive();
    },
    grant: (count) => {
      free += count;
      onFree?.();
      // Nobody here has work for them: they go on to another worker.
      if (onGive === undefined) return;
      for (; free > 0; free--) onGive();
    },
    onFree: (listener) => {
      onFree = listener;
      return () => {
        onFree = undefined;
      };
    },
  };
}
