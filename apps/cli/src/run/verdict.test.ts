import type { ResultsDocument } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../exit-codes.ts';
import { exitCodeOf } from './verdict.ts';

const results = (
  ok: number,
  offered: number,
  verdict: ResultsDocument['validity']['verdict'],
  codes: readonly string[] = [],
): ResultsDocument => {
  const findings = codes.map((code) => ({ code, severity: 'notes', message: '' }));
  return { outcomes: { offered, ok }, validity: { verdict, findings } } as unknown as ResultsDocument;
};

describe('exit code of a run', () => {
  it.each([
    ['a good run', results(3, 3, 'trustworthy'), false, EXIT.ok],
    ['a limited run', results(3, 3, 'limited' as never), false, EXIT.ok],
    ['a limited run under --strict', results(3, 3, 'limited' as never), true, EXIT.notTrustworthy],
    ['a note under --strict', results(3, 3, 'trustworthy', ['NO_WARMUP']), true, EXIT.ok],
    ['a large error of the client', results(3, 3, 'trustworthy', ['CLIENT_ERROR']), false, EXIT.ok],
    ['one under --strict', results(3, 3, 'trustworthy', ['CLIENT_ERROR']), true, EXIT.notTrustworthy],
    [
      'an unknown one under --strict',
      results(3, 3, 'trustworthy', ['CLIENT_ERROR_UNKNOWN']),
      true,
      EXIT.notTrustworthy,
    ],
    ['a run in which some failed', results(1, 3, 'trustworthy'), false, EXIT.ok],
    ['a run in which all failed', results(0, 3, 'untrustworthy' as never), false, EXIT.notTrustworthy],
  ])('%s', (_name, document, isStrict, code) => expect(exitCodeOf('finished', document, isStrict)).toBe(code));

  it('an aborted run is that first', () =>
    expect(exitCodeOf('aborted', results(0, 3, 'trustworthy'), true)).toBe(EXIT.aborted));
});
