export type StatsErrorCode =
  | 'STATS_INVALID_ARGUMENT'
  | 'STATS_EMPTY'
  | 'STATS_OUT_OF_RANGE'
  | 'STATS_INCOMPATIBLE'
  | 'STATS_MALFORMED';

/** Misuse of a function of this package: an argument outside its domain, histograms that cannot be merged, bytes that are no histogram. */
export class StatsError extends Error {
  override readonly name = 'StatsError';
  readonly code: StatsErrorCode;
  readonly hint: string | undefined;

  constructor(code: StatsErrorCode, message: string, options: { cause?: unknown; hint?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

/** @internal Throws `STATS_INVALID_ARGUMENT` unless the fact holds. */
export function assertArgument(isTrue: boolean, message: string): void {
  if (!isTrue) throw new StatsError('STATS_INVALID_ARGUMENT', message);
}

/** @internal A probability strictly between 0 and 1, such as a confidence level. */
export function assertLevel(name: string, value: number): void {
  assertArgument(value > 0 && value < 1, `${name} lies strictly between 0 and 1, got ${value}`);
}
