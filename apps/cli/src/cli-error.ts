import { isDiskFull } from './disk-full.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Message } from './render/message-line.ts';

/** Codes of the errors that the command itself finds; packages add their own. */
export type CliErrorCode =
  | 'USAGE_UNKNOWN_FLAG'
  | 'USAGE_UNKNOWN_COMMAND'
  | 'USAGE_INVALID'
  | 'FLAG_INVALID'
  | 'ENVIRONMENT_INVALID'
  | 'CONFIG_CONFLICT'
  | 'CONFIG_TARGET_MISSING'
  | 'CONFIG_STOP_MISSING'
  | 'CONFIG_AUTH_MISSING'
  | 'CONFIG_FILE_UNREADABLE'
  | 'PROFILE_NOT_FOUND'
  | 'PROFILE_INVALID'
  | 'OUT_NOT_EMPTY'
  | 'OUT_NOT_WRITABLE'
  | 'RUN_NOT_FOUND'
  | 'RUN_INVALID'
  | 'RUNS_NOT_COMPARABLE'
  | 'MANIFEST_UNREADABLE'
  | 'TARGET_UNREACHABLE'
  | 'TARGET_TIMEOUT'
  | 'TARGET_TLS'
  | 'TARGET_UNAUTHORIZED'
  | 'TARGET_REDIRECTS'
  | 'TARGET_COMPRESSED'
  | 'TARGET_WRONG_BACKEND'
  | 'TARGET_NOT_OPENAI'
  | 'TARGET_FAILING'
  | 'MODEL_MISSING'
  | 'MODEL_UNKNOWN'
  | 'COORDINATOR_UNREACHABLE'
  | 'COORDINATOR_LOST'
  | 'PODS_MISSING'
  | 'SIMULATOR_FAILED'
  | 'INTERRUPTED'
  | 'DISK_FULL';

interface CliErrorOptions {
  readonly hint?: string | undefined;
  readonly exitCode?: ExitCode;
  readonly cause?: unknown;
  /** Further problems of the same kind; each becomes a line of its own. */
  readonly more?: readonly Problem[];
}

export interface Problem {
  readonly message: string;
  readonly hint: string | undefined;
}

/** A problem the user can do something about; printed on one line. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;
  readonly more: readonly Problem[];

  constructor(code: CliErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.usage;
    this.more = options.more ?? [];
  }
}

interface CodedError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Errors of the packages carry `code` and perhaps `hint`; system errors carry `code` and `syscall`. */
function coded(error: unknown): CodedError | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string' || 'syscall' in error) {
    return undefined;
  }
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : fallbackHint(error.code);
  return { code: error.code, message: error.message, hint };
}

const fallbackHint = (code: string): string =>
  code.endsWith('_UNREADABLE') ? 'check the path and its permissions' : 'assay --help says what is accepted';

/** Names of error classes whose errors mean that the input, not the program, is at fault. */
const INPUT_ERROR_NAMES: ReadonlySet<string> = new Set([
  'ContractError',
  'LoadgenError',
  'AdapterError',
  'SimulatorError',
  'ReportError',
  'KubeError',
]);

interface Failure {
  readonly messages: readonly Message[];
  readonly exitCode: ExitCode;
}

function failure(exitCode: ExitCode, code: string, problems: readonly Problem[]): Failure {
  return { messages: problems.map(({ message, hint }) => ({ kind: 'error', code, message, hint })), exitCode };
}

/** What to say on stderr and the exit code of anything that was thrown. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof CliError) {
    return failure(error.exitCode, error.code, [{ message: error.message, hint: error.hint }, ...error.more]);
  }
  if (isDiskFull(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return failure(EXIT.internal, 'DISK_FULL', [{ message, hint: 'make room and start again' }]);
  }
  const known = coded(error);
  if (known !== undefined && error instanceof Error && INPUT_ERROR_NAMES.has(error.name)) {
    return failure(EXIT.usage, known.code, [known]);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const hint = 'this is a fault of assay: please report it with the command';
  return failure(EXIT.internal, 'INTERNAL', [{ message, hint }]);
}
