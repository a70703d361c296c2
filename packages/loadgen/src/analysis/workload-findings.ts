import type { Finding } from '@assay/contracts';
import type { RunSamples } from './run-samples.ts';

const MISSED_LIMIT = 0.5;
const CONTAMINATED_LIMIT = 0.01;

/** Findings about work that was another than the one asked for. */
export function workloadFindings(samples: RunSamples): Finding[] {
  return [tokenMismatch(samples), cacheContaminated(samples)].filter((finding) => finding !== undefined);
}

/** Where most answers are of another length, the load is another one, and no two servers get the same. */
function tokenMismatch({ workload, run }: RunSamples): Finding | undefined {
  const { judgedLengths, missedLengths, askedTokens, generatedTokens } = workload;
  if (missedLengths === 0) return undefined;
  const { kind } = run.config.dataset;
  const isGenerated = kind !== 'jsonl' && kind !== 'sharegpt';
  return {
    code: 'TOKEN_MISMATCH',
    severity: isGenerated && missedLengths > MISSED_LIMIT * judgedLengths ? 'limits' : 'notes',
    message:
      `${missedLengths} of ${judgedLengths} answers were more than 5 % off the length asked for: ` +
      `${generatedTokens} tokens came of ${askedTokens} asked for`,
  };
}

function cacheContaminated({ workload }: RunSamples): Finding | undefined {
  const { uniquePromptTokens, unexpectedCachedTokens, contaminatedRequests } = workload;
  const ratio = uniquePromptTokens === 0 ? 0 : unexpectedCachedTokens / uniquePromptTokens;
  if (ratio <= CONTAMINATED_LIMIT) return undefined;
  return {
    code: 'CACHE_CONTAMINATED',
    severity: 'limits',
    message:
      `${(ratio * 100).toFixed(1)} % of the prompt tokens came from the prefix cache though no prompt was sent before in this run ` +
      `(${contaminatedRequests} requests): an earlier run with the same seed? ` +
      '(hint: another --seed, --cache-salt, or a fresh server)',
  };
}
