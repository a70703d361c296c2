import type { Finding, RunDocument } from '@assay/contracts';
import { balanceOf } from './balance.ts';
import type { RunSamples } from './run-samples.ts';

const RESIDUAL_LIMIT = 0.02;
const STANDARD_ERRORS = 3;

/** Shapes whose rate stays the same: of others nobody expects steady latencies. */
const STEADY_KINDS: ReadonlySet<RunDocument['config']['load']['kind']> = new Set([
  'constant',
  'poisson',
  'gamma',
  'concurrency',
]);

/** Findings about a service that was not in balance while it was measured. */
export function balanceFindings(samples: RunSamples): Finding[] {
  return [littlesLaw(samples), noSteadyState(samples)].filter((finding) => finding !== undefined);
}

/** A closed loop holds its number of requests, and those that run in step leave a residual that means nothing. */
function littlesLaw(samples: RunSamples): Finding | undefined {
  if (samples.run.config.load.kind === 'concurrency') return undefined;
  const balance = balanceOf(samples);
  if (balance === undefined) return undefined;
  const { meanInFlight, rateTimesTime, residual, standardError } = balance;
  if (Math.abs(residual) <= Math.max(RESIDUAL_LIMIT, STANDARD_ERRORS * standardError)) return undefined;
  return {
    code: 'LITTLES_LAW',
    severity: 'limits',
    message:
      `${meanInFlight.toFixed(2)} requests were in flight on average, rate × time in flight gives ${rateTimesTime.toFixed(2)} ` +
      `(${(residual * 100).toFixed(1)} %): requests ${residual < 0 ? 'piled up' : 'drained'} over the window, ` +
      'and its rates and latencies are of no steady state',
  };
}

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
