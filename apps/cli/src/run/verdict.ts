import type { ResultsDocument, RunDocument } from '@assay/contracts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** The exit code of a run whose files are written. A run without one good answer measured nothing, and never looks like one that did. */
export function exitCodeOf(status: RunDocument['status'], results: ResultsDocument, isStrict: boolean): ExitCode {
  if (status === 'aborted') return EXIT.aborted;
  const verdicts = (results.slo ?? []).map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return EXIT.gateFailed;
  if (verdicts.includes('unknown')) return EXIT.gateUnknown;
  if (results.outcomes.offered > 0 && results.outcomes.ok === 0) return EXIT.notTrustworthy;
  return isStrict && !isTrustworthy(results) ? EXIT.notTrustworthy : EXIT.ok;
}

/** Findings that are mere notes until somebody asks for a strict verdict: the client may have added more than a figure's interval is wide, or nobody knows. */
const STRICT_CODES: ReadonlySet<string> = new Set(['CLIENT_ERROR', 'CLIENT_ERROR_UNKNOWN']);

function isTrustworthy({ validity }: ResultsDocument): boolean {
  return validity.verdict === 'trustworthy' && !validity.findings.some(({ code }) => STRICT_CODES.has(code));
}
