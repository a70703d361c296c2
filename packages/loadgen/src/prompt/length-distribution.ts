import type { RunConfig } from '@assay/contracts';
import type { RandomStream } from '@assay/timebase';

export type LengthDistribution = Extract<RunConfig['dataset'], { kind: 'synthetic' }>['inputTokens'];

/** Length of request `index` in tokens: a whole number of at least 1, inside the distribution's own limits. */
export function lengthAt(distribution: LengthDistribution, stream: RandomStream, index: number): number {
  if (typeof distribution === 'number') return Math.max(1, Math.round(distribution));
  switch (distribution.kind) {
    case 'fixed':
      return Math.max(1, Math.round(distribution.value));
    case 'uniform':
      return stream.intAt(index, distribution.min, distribution.max);
    case 'normal':
      return clamp(distribution.mean + distribution.stddev * stream.normalAt(index), distribution);
    case 'lognormal':
      return clamp(distribution.median * Math.exp(distribution.sigma * stream.normalAt(index)), distribution);
  }
}

function clamp(value: number, limits: { readonly min?: number | null; readonly max?: number | null }): number {
  const low = Math.max(1, limits.min ?? 1);
  const high = limits.max ?? Number.MAX_SAFE_INTEGER;
  return Math.round(Math.min(Math.max(value, low), high));
}
