import { type ClosedLoopOptions, startClosedLoop } from './closed-loop.ts';
import type { PlannedRequest } from './look-ahead.ts';
import { type SessionLoopOptions, startSessionLoop } from './session-loop.ts';

export type PermitLoopOptions = ClosedLoopOptions &
  Pick<SessionLoopOptions, 'prepareAt' | 'count' | 'indexLimit'> & {
    /** Where conversations lie among the requests; `undefined` where every request stands alone. */
    readonly sessionAt: SessionLoopOptions['sessionAt'] | undefined;
  };

/** A loop in which the end of a request lets the next one go. */
export interface RunningPermitLoop {
  release(atMs: number, planned: PlannedRequest): void;
  /** Adds one permit. */
  addSeat(atMs: number): void;
  /** Whether there is work for another permit. */
  readonly hasWork: boolean;
  stop(): void;
}

/** The loop of a closed schedule: of conversations where there are some, else of single requests. */
export function startPermitLoop({ sessionAt, ...options }: PermitLoopOptions): RunningPermitLoop {
  return sessionAt === undefined ? startClosedLoop(options) : startSessionLoop({ ...options, sessionAt });
}
