/** Runs `count` requests with all slots at work, or each when it is due after the start, and resolves with the tokens seen. `close` is called once, at the end of everything. */
export interface Loop {
  run(count: number, dueMs?: readonly number[]): Promise<number>;
  close(): Promise<void>;
}

export function inParallel<T>(
  slots: readonly T[],
  start: (slot: T, done: (tokens: number) => void) => void,
  close: () => Promise<void> = () => Promise.resolve(),
): Loop {
  const run = (count: number, dueMs?: readonly number[]): Promise<number> =>
    new Promise((resolve) => {
      const beganAtMs = performance.now();
      const idle: T[] = [];
      let begun = 0;
      let ended = 0;
      let tokens = 0;
      const next = (slot: T): void => {
        if (begun === count) return;
        if (dueMs !== undefined && performance.now() - beganAtMs < (dueMs[begun] ?? 0)) {
          idle.push(slot);
          return;
        }
        begun += 1;
        start(slot, (seen) => {
          tokens += seen;
          ended += 1;
          if (ended === count) resolve(tokens);
          else next(slot);
        });
      };
      for (const slot of slots) next(slot);
      /** Sleeps until shortly before a request is due and spins from there. */
      const pace = (): void => {
        const leftMs = (dueMs?.[begun] ?? Number.NaN) - (performance.now() - beganAtMs);
        const slot = leftMs <= 0 ? idle.shift() : undefined;
        if (slot !== undefined) next(slot);
        if (begun === count) return;
        if (leftMs > 2) setTimeout(pace, leftMs - 2);
        else setImmediate(pace);
      };
      if (dueMs !== undefined) pace();
    });
  return { run, close };
}
