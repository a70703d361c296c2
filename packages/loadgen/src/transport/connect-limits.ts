import type { ConnectPace } from './connect-pace.ts';
import { ShortageTally, type ShortResource } from './shortage.ts';

/** What all transports of one load share when they open connections: a pace, and what the machine is short of. */
export class ConnectLimits {
  readonly pace: ConnectPace | undefined;
  readonly tally: ShortageTally = new ShortageTally();
  readonly #sparers: Set<(of: ShortResource) => void> = new Set();

  constructor(pace?: ConnectPace) {
    this.pace = pace;
  }

  /** `spare` gives up what its transport does not need. */
  register(spare: (of: ShortResource) => void): void {
    this.#sparers.add(spare);
  }

  unregister(spare: (of: ShortResource) => void): void {
    this.#sparers.delete(spare);
  }

  /** Something is short for one transport: those that have connections to spare give them up. */
  askToSpare(of: ShortResource): void {
    for (const spare of this.#sparers) spare(of);
  }
}
