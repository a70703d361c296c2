import { constant, poisson } from './arrivals.ts';
import { requests, tokens } from './cost.ts';
import { faults, role, stall } from './faults.ts';
import { memory, start } from './footprint.ts';
import { latency } from './latency.ts';
import type { Row } from './row.ts';

export const ROW_NAMES = [
  'tokens',
  'requests',
  'ttft',
  'constant',
  'poisson',
  'memory',
  'start',
  'faults',
  'stall',
  'role',
] as const;
export type RowName = (typeof ROW_NAMES)[number];

/** The experiments of a name; `ttft` is one for each number of streams and gives the figures of ITL and CPU too. */
export function rowsOf(name: RowName, streamCounts: readonly number[]): readonly Row[] {
  if (name === 'ttft') return streamCounts.map(latency);
  return [{ tokens, requests, constant, poisson, memory, start, faults, stall, role }[name]];
}
