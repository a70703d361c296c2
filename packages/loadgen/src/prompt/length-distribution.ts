import type { LengthDistribution } from '@assay/contracts';
import type { RandomStream } from '@assay/timebase';

/** Length of request `index` in tokens: a whole number of at least 1, inside the distribution's own limits. */
export function lengthAt(distribution: LengthDistribution, stream: RandomStream, index: number): number {
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

function clamp(value: number, limits: { readonly min: number; readonly max: number }): number {
  const low = Math.max(1, limits.min);
  return Math.round(Math.min(Math.max(value, low), limits.max));
}
