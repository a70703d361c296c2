/** Exit codes, the same for every command. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  gateUnknown: 3,
  gateFailed: 4,
  unreachable: 5,
  aborted: 6,
  notTrustworthy: 7,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each code means, for help and documentation. */
export const EXIT_CODE_TEXTS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'ok'],
  [EXIT.internal, 'internal error, or the machine failed the run (disk full); what was measured is kept'],
  [EXIT.usage, 'usage or configuration'],
  [EXIT.gateUnknown, 'an SLO could not be decided'],
  [EXIT.gateFailed, 'an SLO is not met, or a manifest breaks a rule'],
  [EXIT.unreachable, 'target unreachable'],
  [EXIT.aborted, 'aborted by a signal, partial results kept'],
  [EXIT.notTrustworthy, 'result not trustworthy (with --strict; always where no request succeeded)'],
];
