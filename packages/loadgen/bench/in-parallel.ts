/** Runs `count` requests with all slots at work and resolves with the tokens seen. `close` is called once, at the end of everything. */
export interface Loop {
  run(count: number): Promise<number>;
  close(): Promise<void>;
}

export function inParallel<T>(
  slots: readonly T[],
  start: (slot: T, done: (tokens: number) => void) => void,
  close: () => Promise<void> = () => Promise.resolve(),
): Loop {
  const run = (count: number): Promise<number> =>
    new Promise((resolve) => {
      let begun = 0;
      let ended = 0;
      let tokens = 0;
      const next = (slot: T): void => {
        if (begun === count) return;
        begun += 1;
        start(slot, (seen) => {
          tokens += seen;
          ended += 1;
          if (ended === count) resolve(tokens);
          else next(slot);
        });
      };
      for (const slot of slots) next(slot);
    });
  return { run, close };
}
