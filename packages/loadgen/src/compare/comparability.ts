import { canonicalJson, type RunDifference, type RunDocument } from '@assay/contracts';

/** Settings that make another experiment of a run; the target and its backend may differ, they are what is compared. */
const LOAD_FIELDS = [
  'load',
  'dataset',
  'model',
  'api',
  'stream',
  'requests',
  'durationMs',
  'warmupMs',
  'warmupRequests',
  'maxInFlight',
] as const;

/** What keeps two runs from being compared: other load, other prompts, another model, or a run that did not finish. */
export function differencesOf(first: RunDocument, second: RunDocument): RunDifference[] {
  const differences: RunDifference[] = LOAD_FIELDS.flatMap((field) => {
    const [a, b] = [first.config[field] ?? null, second.config[field] ?? null].map((value) => canonicalJson(value));
    return a === undefined || b === undefined || a === b ? [] : [{ field, first: a, second: b }];
  });
  if (first.status !== 'finished' || second.status !== 'finished') {
    differences.push({ field: 'status', first: first.status, second: second.status });
  }
  return differences;
}
