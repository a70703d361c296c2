import type { ResultsDocument, RunDocument } from '@assay/contracts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** The exit code of a run whose files are written. A run without one good answer measured nothing, and never looks like one that did. */
export function exitCodeOf(status: RunDocument['status'], results: ResultsDocument, isStrict: boolean): ExitCode {
  if (status === 'aborted') return EXIT.aborted;
  const verdicts = (results.slo ?? []).map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return EXIT.gateFailed;
  if (verdicts.includes('unknown')) return EXIT.gateUnknown;
  if (results.outcomes.offered > 0 && results.outcomes.ok === 0) return EXIT.notTrustworthy;
  return isStrict && results.validity.verdict !== 'trustworthy' ? EXIT.notTrustworthy : EXIT.ok;
}
