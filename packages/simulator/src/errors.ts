/** Codes of everything this package throws. */
export type SimulatorErrorCode =
  | 'CALIBRATION_TOO_FEW'
  | 'SIM_FAULT_PLAN_INVALID'
  | 'SIM_OPTION_INVALID'
  | 'SIM_LISTEN_FAILED'
  | 'SIM_TRUTH_FAILED';

/** Misuse of the simulator, or a machine that refuses it a port or a file. Failed requests are data, never errors. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError';
  readonly code: SimulatorErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: SimulatorErrorCode,
    message: string,
    options: { cause?: unknown; hint?: string; details?: Record<string, unknown> } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}
