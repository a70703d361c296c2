/** What a server says of its own work since it started; `undefined` where it does not count that. */
export interface ServerCount {
  readonly requests: number | undefined;
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
}

/** One interface of a server, by the flags of `assay run`. */
export interface EngineInterface {
  readonly backend: string;
  readonly api: string;
  /** Flags that this interface needs besides, such as `--model`. */
  readonly flags?: readonly string[];
  /** Ways of asking that it has; both where absent. */
  readonly streaming?: readonly boolean[];
  /** Whether a recorded answer ended well by the protocol's own rules. `isEnded`: the HTTP body was whole. */
  readonly isWhole: (body: string, isEnded: boolean) => boolean;
  /** Requests that the server must refuse, and the codes that say so. */
  readonly refusals?: readonly Refusal[];
  /** Numbers that are shown, not compared. */
  readonly uncounted?: readonly Uncounted[];
  /** What `assay run` itself asks of the server before the load, which is in the server's count and in no record. */
  readonly preflight?: { readonly requests: number; readonly promptTokens: number; readonly generatedTokens: number };
}

export interface Uncounted {
  readonly count: keyof ServerCount;
  /** Way of asking that it holds for; both where absent. */
  readonly streaming?: boolean;
  readonly reason: string;
}

export interface Refusal {
  readonly name: string;
  readonly flags: readonly string[];
  readonly streaming: boolean;
  readonly codes: readonly string[];
}

/** `preflight` of runtimes that may take token IDs: asked once with three of them, for one token back. */
export const TOKEN_ID_QUESTION = { requests: 1, promptTokens: 3, generatedTokens: 1 } as const;

export interface EngineContext {
  /** Folder that keeps what was installed. */
  readonly cache: string;
  /** Folder of this run, removed at its end. */
  readonly work: string;
  /** Checkout of text-generation-inference, which is on no package index. */
  readonly tgiSource: string | undefined;
  readonly note: (text: string) => void;
}

/** A started server. */
export interface RunningEngine {
  /** Where requests go: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly version: string;
  /** Process whose death is the death of the server. */
  readonly pid: number;
  readCount(): Promise<ServerCount>;
  /** Resolves when the server has ended by itself or was ended after `timeoutMs`. */
  waitForEnd(timeoutMs: number): Promise<'ended' | 'killed'>;
  /** Ends the server and everything it started. */
  stop(): Promise<void>;
}

/** How one real engine is installed and started. */
export interface EngineDriver {
  readonly name: string;
  readonly interfaces: readonly EngineInterface[];
  /** Installs what is missing into the cache. @throws EngineAbsentError */
  install(context: EngineContext): Promise<void>;
  start(context: EngineContext): Promise<RunningEngine>;
}

/** The engine cannot be had on this machine: the reason is printed, and the engine counts as skipped. */
export class EngineAbsentError extends Error {
  override readonly name = 'EngineAbsentError';
}
