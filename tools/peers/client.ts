/** What a client is asked to do. Requests have about 32 tokens in and exactly `outputTokens` out, streamed. */
export interface Load {
  /** Requests always under way, for a closed loop. */
  readonly streams?: number;
  /** Requests per second, for an open loop. */
  readonly ratePerSecond?: number;
  readonly arrival?: 'constant' | 'poisson';
  readonly requests: number;
  readonly outputTokens: number;
}

export interface Command {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** What a client says of its own run, over successful requests. A figure that it does not give is absent. */
export interface Reported {
  readonly succeeded?: number | undefined;
  readonly ttftMeanMs?: number | undefined;
  readonly ttftP99Ms?: number | undefined;
  readonly itlMeanMs?: number | undefined;
  readonly itlP99Ms?: number | undefined;
}

/** A client that is ready to run. */
export interface ReadyClient {
  readonly name: string;
  /** Whether a long load is affordable; slow clients get fewer requests where only a rate is asked for. */
  readonly speed: 'fast' | 'slow';
  /** The command of a run against `origin`, which may write to `folder`; undefined where the client has no such load. */
  command(load: Load, origin: string, folder: string): Command | undefined;
  /** Reads what the run left in `folder`. */
  read(folder: string): Reported;
}

export interface Skipped {
  readonly reason: string;
}

/** A client of the comparison: installs itself below the cache folder or says why it cannot. */
export interface Client {
  readonly name: string;
  install(cache: string): ReadyClient | Skipped;
}
