import type { Secrets } from './run/secrets.ts';

/** What a command reads of the process beside its arguments. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Told of every secret that is read, whichever part reads it. */
  readonly secrets: Secrets;
}

/** What a command may touch of the process; tests and commands see the same face. No secret comes out of either stream. */
export interface Streams extends Surroundings {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown; readonly isTTY?: boolean; readonly columns?: number };
}
