import type { Finding, Metric, ResultsDocument } from '@assay/contracts';
import { answerFindings, tokenAgreementFindings } from './answer-findings.ts';
import { balanceFindings } from './balance-findings.ts';
import { clientErrorFindings } from './client-error-figures.ts';
import { connectionAndClockFindings } from './client-findings.ts';
import type { RunSamples } from './run-samples.ts';
import { workloadFindings } from './workload-findings.ts';

type Validity = ResultsDocument['validity'];

const ERROR_LIMIT = 0.05;
const MEDIAN_FLOOR = 11;

/** Findings of the client and of the records; the worst decides. */
export function validityOf(samples: RunSamples, metrics: readonly Metric[]): Validity {
  const findings = [
    ...(samples.run.clientHealth?.findings ?? []),
    ...(samples.run.findings ?? []),
    ...clientUnknown(samples),
    ...connectionAndClockFindings(samples),
    ...clientErrorFindings(metrics),
    ...incomplete(samples),
    ...tooFew(samples, metrics),
    ...errors(samples),
    ...tokenCounts(samples),
    ...tokenAgreementFindings(samples),
    ...workloadFindings(samples),
    ...balanceFindings(samples),
    ...answerFindings(samples),
    ...warmup(samples),
  ];
  const has = (severity: Finding['severity']): boolean => findings.some((finding) => finding.severity === severity);
  const verdict = has('invalidates') ? 'untrustworthy' : has('limits') ? 'limited' : 'trustworthy';
  return { verdict, findings };
}

function clientUnknown({ run }: RunSamples): Finding[] {
  if (run.clientHealth !== null) return [];
  const message = 'nothing is known about the client: the run ended before its health was written';
  return [{ code: 'CLIENT_HEALTH_UNKNOWN', severity: 'limits', message }];
}

function incomplete({ run, outcomes }: RunSamples): Finding[] {
  if (run.status === 'finished') return [];
  const how = run.status === 'running' ? 'was killed' : run.status === 'failed' ? 'failed' : 'was aborted';
  const planned = run.schedule.offered;
  const share = planned === null ? '' : ` after ${outcomes.offered} of ${planned} requests`;
  return [{ code: 'RUN_INCOMPLETE', severity: 'limits', message: `the run ${how}${share}` }];
}

function tooFew({ outcomes }: RunSamples, metrics: readonly Metric[]): Finding[] {
  if (outcomes.ok === 0) {
    const message = `none of ${outcomes.offered} requests ended ok: there is no latency to report`;
    return [{ code: 'NOTHING_MEASURED', severity: 'invalidates', message }];
  }
  const missing = metrics
    .filter((metric) => metric.state === 'unavailable' && metric.reason === 'TOO_FEW_SAMPLES')
    .filter((metric) => metric.id === 'e2e_latency_ms' && metric.from === 'scheduled' && metric.statistic !== 'stddev')
    .map((metric) => metric.statistic);
  if (missing.length === 0) return [];
  const message = `${outcomes.ok} ok requests are too few for ${missing.join(', ')}`;
  return [{ code: 'TOO_FEW_SAMPLES', severity: outcomes.ok < MEDIAN_FLOOR ? 'limits' : 'notes', message }];
}

function errors({ outcomes }: RunSamples): Finding[] {
  const failed = outcomes.offered - outcomes.ok;
  if (outcomes.ok === 0 || failed <= ERROR_LIMIT * outcomes.offered) return [];
  const message = `${failed} of ${outcomes.offered} requests did not end ok; latencies describe the others only`;
  return [{ code: 'MANY_ERRORS', severity: 'limits', message }];
}

function tokenCounts(samples: RunSamples): Finding[] {
  const { outcomes, chunkLevelRequests, countedByEvents, inputMismatches } = samples;
  const findings: Finding[] = [];
  if (countedByEvents > 0) {
    const message = `${countedByEvents} of ${outcomes.ok} answers came without usage: their events were counted as tokens`;
    findings.push({ code: 'TOKEN_COUNT_APPROXIMATE', severity: 'limits', message });
  } else if (chunkLevelRequests > 0) {
    const message = `${chunkLevelRequests} of ${outcomes.ok} answers held several tokens in an event: itl_ms is the time between events, tpot_ms takes the first event for an average one`;
    findings.push({ code: 'TOKEN_COUNT_APPROXIMATE', severity: 'limits', message });
  }
  if (inputMismatches > 0) {
    const message = `${inputMismatches} of ${outcomes.ok} prompts were more than 5 % off the length asked for`;
    // Where most prompts are off, the load is another one than the one asked for.
    const severity = inputMismatches > outcomes.ok / 2 ? 'limits' : 'notes';
    findings.push({ code: 'INPUT_LENGTH_MISMATCH', severity, message });
  }
  return findings;
}

function warmup({ warmupRequests, outcomes }: RunSamples): Finding[] {
  if (warmupRequests > 0 || outcomes.offered === 0) return [];
  const message = 'no warm-up: the first requests met a cold server, and count';
  return [{ code: 'NO_WARMUP', severity: 'notes', message }];
}
