import { expect, test } from 'vitest';
import type { PromptSource } from './prompt-source.ts';
import { withTenants } from './tenants.ts';

const bare: PromptSource = {
  size: undefined,
  inputTokensSource: 'approximate',
  sampleAt: (index) => ({
    index,
    prompt: { kind: 'text', text: `prompt ${index}` },
    inputTokens: 1,
    inputTokensSource: 'approximate',
    maxOutputTokens: 1,
    ...(index % 10 === 9 ? { tenant: 'own' } : {}),
    ...(index >= 1000 ? { session: { session: index >> 3, turn: index & 7, turns: 8, thinkTimeMs: 0 } } : {}),
  }),
};
const shares = [
  { name: 'a', weight: 3 },
  { name: 'b', weight: 1 },
];

test('tenants are drawn by weight, for each index alone, and change nothing else', () => {
  const source = withTenants(bare, shares, 5);
  const tenants = Array.from({ length: 1000 }, (_, i) => source.sampleAt(i).tenant);
  expect(
    Array.from({ length: 1000 }, (_, i) => withTenants(bare, shares, 5).sampleAt(999 - i).tenant).reverse(),
  ).toEqual(tenants);
  expect(tenants.filter((tenant) => tenant === 'own')).toHaveLength(100);
  // 900 draws of probability 3/4: mean 675, standard deviation 13.
  expect(Math.abs(tenants.filter((tenant) => tenant === 'a').length - 675)).toBeLessThan(4 * 13);
  const { tenant: _, ...rest } = source.sampleAt(3);
  expect(rest).toEqual(bare.sampleAt(3));
  expect(Array.from({ length: 1000 }, (_, i) => withTenants(bare, shares, 6).sampleAt(i).tenant)).not.toEqual(tenants);
});

test('all turns of a conversation are of one tenant', () => {
  const source = withTenants(bare, shares, 5);
  for (let session = 125; session < 160; session++) {
    const turns = [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => source.sampleAt(session * 8 + turn).tenant);
    expect(new Set(turns.filter((tenant) => tenant !== 'own')).size).toBe(1);
  }
});

test('weights that are not above 0 are refused', () => {
  expect(() => withTenants(bare, [{ name: 'a', weight: 0 }], 0)).toThrowError(
    expect.objectContaining({ code: 'DATASET_INVALID' }),
  );
});
