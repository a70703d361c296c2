import type { Streams } from '../streams.ts';
import { createRedact, type Redact } from './redact.ts';

/** The secrets that a process has read so far. Whatever it writes goes through `redact`. */
export class Secrets {
  readonly #known = new Set<string>();
  #redact: Redact = createRedact([]);

  learn(secrets: readonly string[]): void {
    if (secrets.every((secret) => this.#known.has(secret))) return;
    for (const secret of secrets) this.#known.add(secret);
    this.#redact = createRedact([...this.#known]);
  }

  /** The mask for all that is known by now. */
  get redact(): Redact {
    return this.#redact;
  }
}

/** The streams of the process, where no secret comes out that a command learns. */
export function guardStreams({ stdout, stderr, environment }: Omit<Streams, 'secrets'>): Streams {
  const secrets = new Secrets();
  return {
    environment,
    secrets,
    stdout: { write: (text) => stdout.write(secrets.redact.text(text)) },
    stderr: {
      write: (text) => stderr.write(secrets.redact.text(text)),
      // The width of a terminal changes.
      get isTTY() {
        return stderr.isTTY === true;
      },
      get columns() {
        return stderr.columns ?? 0;
      },
    },
  };
}
