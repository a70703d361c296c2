/** Why a call was refused; see the README. */
export type LoadgenErrorCode =
  | 'SCHEDULE_INVALID'
  | 'TRACE_UNREADABLE'
  | 'TRACE_INVALID'
  | 'DATASET_UNREADABLE'
  | 'DATASET_INVALID'
  | 'RECORD_EXISTS'
  | 'RECORD_WRITE_FAILED'
  | 'RECORD_UNREADABLE'
  | 'RECORD_INVALID'
  | 'CAPACITY_OBJECTIVE_INVALID'
  | 'CAPACITY_OPTION_INVALID'
  | 'CALIBRATION_FAILED'
  | 'TRANSPORT_INVALID'
  | 'WORKER_MISPLACED'
  | 'WORKER_START_FAILED'
  | 'WORKERS_INVALID'
  | 'LINK_TOKEN_INVALID'
  | 'LINK_LISTEN_FAILED'
  | 'LINK_UNREACHABLE'
  | 'LINK_REFUSED'
  | 'LINK_BROKEN';

export interface LoadgenErrorOptions {
  readonly cause?: unknown;
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Misuse, invalid input or a broken invariant. A failed request is never one of these: it is a record. */
export class LoadgenError extends Error {
  override readonly name = 'LoadgenError';
  readonly code: LoadgenErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: LoadgenErrorCode, message: string, options: LoadgenErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}
