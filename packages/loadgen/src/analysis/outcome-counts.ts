import type { Outcome } from '@assay/contracts';

/** How requests ended; the kinds add up to what was offered. */
export type OutcomeCounts = Record<Outcome, number> & { offered: number };

export function createOutcomeCounts(): OutcomeCounts {
  return { offered: 0, ok: 0, http: 0, timeout: 0, network: 0, protocol: 0, aborted: 0, dropped: 0 };
}
