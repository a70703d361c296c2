import type { Shortage } from '@assay/contracts';
import type { ClientFinding } from '../events.ts';

/** Figures the findings are drawn from; `undefined` where they could not be told. */
export interface HealthFigures {
  readonly loopDelayP99Ms: number | undefined;
  readonly cpuRatio: number | undefined;
  /** Share of the time in which a thread stood still for garbage collection, and the longest time. */
  readonly gcRatio: number | undefined;
  readonly gcLongestMs: number | undefined;
  readonly lateDispatchRatio: number | undefined;
  readonly lateAfterMs: number;
  readonly dispatchLagP99Ms: number | undefined;
  readonly dueRequests: number;
  readonly sentRequests: number;
  readonly isOpenLoop: boolean;
  readonly shortages: readonly Shortage[];
}

const LOOP_LAG_LIMIT_MS = 2;
const LOOP_LAG_INVALID_MS = 50;
const CPU_LIMIT = 0.85;
const GC_LIMIT = 0.01;
const GC_INVALID = 0.1;
const GC_LONGEST_MS = 50;
const LATE_LIMIT = 0.01;
const LATE_INVALID = 0.2;
const SHORTFALL_LIMIT = 0.005;
const SHORTFALL_INVALID = 0.1;

/**
 * Validity findings about the client itself. Thresholds: more than 1 % of dispatches later than max(1 ms, 5 % of the mean
 * gap), event-loop delay p99 above 2 ms, above 85 % of a core, more than 0.5 % of what was due not sent, more than 1 % of the time or
 * 50 ms at once in pauses for garbage collection.
 */
export function clientFindings(figures: HealthFigures): ClientFinding[] {
  return [
    lateDispatch(figures),
    loopLag(figures),
    clientCpu(figures),
    gcPause(figures),
    shortfall(figures),
    ...figures.shortages.map(shortage),
  ].filter((finding) => finding !== undefined);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

function lateDispatch(figures: HealthFigures): ClientFinding | undefined {
  const ratio = figures.lateDispatchRatio;
  if (!figures.isOpenLoop || ratio === undefined || ratio <= LATE_LIMIT) return undefined;
  const p99 = figures.dispatchLagP99Ms;
  return {
    code: 'LATE_DISPATCH',
    severity: ratio > LATE_INVALID ? 'invalidates' : 'limits',
    message:
      `${percent(ratio)} of the requests left more than ${figures.lateAfterMs.toFixed(1)} ms late` +
      (p99 === undefined ? '' : ` (p99 ${p99.toFixed(2)} ms)`) +
      '; latency from the scheduled time includes it',
  };
}

function loopLag(figures: HealthFigures): ClientFinding | undefined {
  const p99 = figures.loopDelayP99Ms;
  if (p99 === undefined || p99 <= LOOP_LAG_LIMIT_MS) return undefined;
  return {
    code: 'LOOP_LAG',
    severity: p99 > LOOP_LAG_INVALID_MS ? 'invalidates' : 'limits',
    message: `the client's event loop was ${p99.toFixed(1)} ms late at p99; inter-token times carry up to that error`,
  };
}

function clientCpu(figures: HealthFigures): ClientFinding | undefined {
  const ratio = figures.cpuRatio;
  if (ratio === undefined || ratio <= CPU_LIMIT) return undefined;
  return {
    code: 'CLIENT_CPU',
    severity: 'limits',
    message: `the client used ${percent(ratio)} of a core; latencies may be its own`,
  };
}

function gcPause({ gcRatio = 0, gcLongestMs = 0 }: HealthFigures): ClientFinding | undefined {
  if (gcRatio <= GC_LIMIT && gcLongestMs <= GC_LONGEST_MS) return undefined;
  const reach = gcRatio > GC_LIMIT ? 'quantiles from p99 on may be its own' : 'p99.9 and max may be its own';
  return {
    code: 'GC_PAUSE',
    severity: gcRatio > GC_INVALID ? 'invalidates' : 'limits',
    message:
      `the client stood still for garbage collection ${percent(gcRatio)} of the time, ` +
      `${gcLongestMs.toFixed(1)} ms at the longest; ${reach}`,
  };
}

function shortfall(figures: HealthFigures): ClientFinding | undefined {
  if (!figures.isOpenLoop || figures.dueRequests === 0) return undefined;
  const missing = 1 - figures.sentRequests / figures.dueRequests;
  if (missing <= SHORTFALL_LIMIT) return undefined;
  return {
    code: 'OFFERED_SHORTFALL',
    severity: missing > SHORTFALL_INVALID ? 'invalidates' : 'limits',
    message: `${figures.sentRequests} of ${figures.dueRequests} requests that were due were sent (${percent(missing)} missing)`,
  };
}

/** Requests waited for what this machine had run out of: what the server was offered is not what the schedule says. */
function shortage({ of, requests, longestMs }: Shortage): ClientFinding {
  const waited = `${requests} requests waited up to ${longestMs.toFixed(0)} ms for`;
  const effect = 'latency from the scheduled time includes it';
  return of === 'ports'
    ? {
        code: 'PORTS',
        severity: 'limits',
        message: `${waited} a local port, this machine had none left; ${effect} (kept connections or --local-address help)`,
      }
    : {
        code: 'CONN_LIMIT',
        severity: 'limits',
        message: `${waited} a file descriptor, the limit of open files was reached; ${effect} (ulimit -n raises it)`,
      };
}
