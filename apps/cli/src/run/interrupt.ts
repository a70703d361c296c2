import { EXIT } from '../exit-codes.ts';

/** Ctrl-C as two signals: the first asks for an orderly end, the second for an immediate one, the third ends the process. */
export interface Interrupt {
  readonly drain: AbortSignal;
  readonly kill: AbortSignal;
  /** Called at the first signal. */
  onFirst(listener: () => void): void;
  dispose(): void;
}

export function createInterrupt(): Interrupt {
  const drain = new AbortController();
  const kill = new AbortController();
  const onSignal = (): void => {
    if (!drain.signal.aborted) drain.abort();
    else if (!kill.signal.aborted) kill.abort();
    else process.exit(EXIT.aborted);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    drain: drain.signal,
    kill: kill.signal,
    onFirst: (listener) => drain.signal.addEventListener('abort', listener, { once: true }),
    dispose: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

/** The result of a step before the load, or the end of the program when Ctrl-C comes first. */
export async function unlessInterrupted<T>(interrupt: Interrupt, step: Promise<T>, aborted: () => Error): Promise<T> {
  if (interrupt.drain.aborted) throw aborted();
  const stopped = new Promise<never>((_, reject) => interrupt.onFirst(() => reject(aborted())));
  return await Promise.race([step, stopped]);
}

/** The result of a step after the load; `undefined` when a second Ctrl-C comes first, or came before. */
export async function unlessKilled<T>(interrupt: Interrupt, step: () => Promise<T>): Promise<T | undefined> {
  if (interrupt.kill.aborted) return undefined;
  const killed = new Promise<undefined>((resolve) => {
    interrupt.kill.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return await Promise.race([step(), killed]);
}
