import { createRandom } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import type { PromptSource } from './prompt-source.ts';

/** A tenant and its weight among all. */
export interface TenantShare {
  readonly name: string;
  readonly weight: number;
}

/**
 * The same requests, each with a tenant: its own where it says one, else one drawn by weight, the same for all turns of a conversation. The
 * draw is a pure function of seed and index, and of nothing else: prompts and arrivals are those of a run without tenants.
 *
 * @throws LoadgenError DATASET_INVALID for weights that are not above 0
 */
export function withTenants(source: PromptSource, shares: readonly TenantShare[], seed: number): PromptSource {
  const total = shares.reduce((sum, { weight }) => sum + weight, 0);
  const isValid =
    shares.length > 0 && shares.every(({ name, weight }) => name !== '' && weight > 0) && total < Infinity;
  if (!isValid) throw new LoadgenError('DATASET_INVALID', 'tenants need names, and weights above 0');
  const random = createRandom(seed);
  const streams = { measure: random.stream('tenant'), warmup: random.stream('warmup-tenant') };
  const tenantAt = (uniform: number): string => {
    let left = uniform * total;
    for (const { name, weight } of shares) {
      left -= weight;
      if (left < 0) return name;
    }
    return shares.at(-1)?.name ?? '';
  };
  return {
    ...source,
    sampleAt: (index, phase = 'measure') => {
      const sample = source.sampleAt(index, phase);
      if (sample.tenant !== undefined) return sample;
      return { ...sample, tenant: tenantAt(streams[phase].uniformAt(sample.session?.session ?? index)) };
    },
  };
}
