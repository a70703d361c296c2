import type { Finding, RunDocument } from '@assay/contracts';
import { type Balance, balanceOf, isEndedByCount } from './balance.ts';
import type { RunSamples } from './run-samples.ts';

const RESIDUAL_LIMIT = 0.02;
const STANDARD_ERRORS = 3;
const LEAST_HELD_MS = 1;
const SHORTFALL_LIMIT = 0.05;
const SHORTFALL_INVALID = 0.2;

/** Shapes whose rate stays the same: of others nobody expects steady latencies. */
const STEADY_KINDS: ReadonlySet<RunDocument['config']['load']['kind']> = new Set([
  'constant',
  'poisson',
  'gamma',
  'concurrency',
]);

/** Findings about a service that was not in balance while it was measured. */
export function balanceFindings(samples: RunSamples): Finding[] {
  return [littlesLaw(samples), noSteadyState(samples), concurrencyShortfall(samples)].filter(
    (finding) => finding !== undefined,
  );
}

/** A closed loop holds its number of requests, and those that run in step leave a residual that means nothing. */
function littlesLaw(samples: RunSamples): Finding | undefined {
  if (samples.run.config.load.kind === 'concurrency') return undefined;
  const balance = balanceOf(samples);
  if (balance === undefined) return undefined;
  const { meanInFlight, rateTimesTime, residual } = balance;
  const causes = [held(balance), unbalanced(samples, balance)].filter((cause) => cause !== undefined);
  if (causes.length === 0) return undefined;
  return {
    code: 'LITTLES_LAW',
    severity: 'limits',
    message:
      `${meanInFlight.toFixed(2)} requests were in flight on average, rate × time from the schedule gives ${rateTimesTime.toFixed(2)} ` +
      `(${percentText(residual)}): ${causes.join('; ')}`,
  };
}

/** Waits below a millisecond are none: nothing calls them late. */
function held({ heldPart, meanHeldMs }: Balance): string | undefined {
  if (heldPart >= -RESIDUAL_LIMIT || meanHeldMs < LEAST_HELD_MS) return undefined;
  return `requests waited ${meanHeldMs.toFixed(1)} ms on average in the client before they were sent (${percentText(heldPart)})`;
}

/** Whole conversations make more and more requests until as many end as begin, and fewer at the end. */
const isOfOneRate = ({ load, sessions }: RunDocument['config']): boolean =>
  STEADY_KINDS.has(load.kind) && sessions !== 'whole';

function unbalanced(samples: RunSamples, { residual, heldPart, standardError }: Balance): string | undefined {
  // A count may end a load whose rate changes at any point of its course, with more or fewer requests under way than on average.
  if (isEndedByCount(samples) && !isOfOneRate(samples.run.config)) return undefined;
  const rest = residual - heldPart;
  if (Math.abs(rest) <= Math.max(RESIDUAL_LIMIT, STANDARD_ERRORS * standardError)) return undefined;
  const change = rest < 0 ? 'piled up' : 'drained';
  return `requests ${change} while they were offered, and rates and latencies are of no steady state (${percentText(rest)})`;
}

const percentText = (ratio: number): string => `${(ratio * 100).toFixed(1)} %`;

function noSteadyState({ run, course }: RunSamples): Finding | undefined {
  if (!STEADY_KINDS.has(run.config.load.kind)) return undefined;
  const drift = course.drift();
  if (drift === undefined) return undefined;
  const percent = `${Math.abs(drift.ratio * 100).toFixed(0)} %`;
  return {
    code: 'NO_STEADY_STATE',
    severity: 'limits',
    message:
      `latency ${drift.ratio > 0 ? 'rose' : 'fell'} by ${percent} of its mean over the run and did not settle ` +
      '(hint: a longer --warmup, or a rate that the service keeps up with)',
  };
}

/**
 * A closed loop that time ends holds its number all along. Pauses of conversations, connections of each request's own and paced ones hold a
 * place without a request in flight.
 */
function concurrencyShortfall(samples: RunSamples): Finding | undefined {
  const { load, connections = { mode: 'keep-alive' } } = samples.run.config;
  const isHeld = connections.mode === 'keep-alive' && connections.connectRatePerSecond === undefined;
  if (load.kind !== 'concurrency' || !isHeld || samples.hasSessions || isEndedByCount(samples)) return undefined;
  const { status } = samples.run;
  const balance = status === 'finished' ? balanceOf(samples) : undefined;
  if (balance === undefined) return undefined;
  const missing = 1 - balance.meanInFlight / load.concurrency;
  if (missing <= SHORTFALL_LIMIT) return undefined;
  return {
    code: 'CONCURRENCY_SHORTFALL',
    severity: missing > SHORTFALL_INVALID ? 'invalidates' : 'limits',
    message: `${balance.meanInFlight.toFixed(2)} of ${load.concurrency} requests were in flight on average (${(missing * 100).toFixed(1)} % missing)`,
  };
}
