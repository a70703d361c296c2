import type { Finding } from '@assay/contracts';
import type { RunSamples } from './run-samples.ts';

const FAILED_CONNECTIONS_LIMIT = 0.005;
const CLOCK_ERROR_FLOOR_MS = 1;
const CLOCK_ERROR_OF_GAP = 0.05;

/** Findings about the client's connections and clocks, from what run.json says of them. */
export function connectionAndClockFindings(samples: RunSamples): Finding[] {
  return [connectionLimit(samples), clockSkew(samples)].filter((finding) => finding !== undefined);
}

/** Some connections were opened and others not: somebody's limit, and not a server that is away. */
function connectionLimit({ run }: RunSamples): Finding | undefined {
  const { opened = 0, failed = 0 } = run.connections ?? {};
  // Ports and file descriptors of the client are a finding of their own.
  const isOwnLimit = run.clientHealth?.findings.some(({ code }) => code === 'PORTS') === true;
  if (opened === 0 || isOwnLimit || failed <= FAILED_CONNECTIONS_LIMIT * (opened + failed)) return undefined;
  return {
    code: 'CONN_LIMIT',
    severity: 'limits',
    message:
      `${failed} of ${opened + failed} connections could not be opened: the server, or something before it, ` +
      'takes no more at once or at this pace',
  };
}

/** Times of one worker are compared with those of another only through their offsets: the schedule is no more exact than these. */
function clockSkew({ run, outcomes }: RunSamples): Finding | undefined {
  const { workers = [], window } = run;
  const meanGapMs = window === null || outcomes.offered === 0 ? 0 : (window.endMs - window.startMs) / outcomes.offered;
  const limitMs = Math.max(CLOCK_ERROR_FLOOR_MS, CLOCK_ERROR_OF_GAP * meanGapMs);
  const skewed = workers.filter(({ clockErrorMs }) => clockErrorMs > limitMs);
  if (skewed.length === 0) return undefined;
  const worstMs = Math.max(...skewed.map(({ clockErrorMs }) => clockErrorMs));
  return {
    code: 'CLOCK_SKEW',
    severity: 'limits',
    message:
      `the clocks of ${skewed.length} of ${workers.length} workers are known to ±${worstMs.toFixed(1)} ms only: ` +
      'due times are as far off, and so are figures over all workers (rates, concurrency); latencies are not',
  };
}
