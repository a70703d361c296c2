import { assertArgument } from '../errors.ts';

/** Positions of the p-values in ascending order; checks them. */
function ascendingOrder(pValues: readonly number[]): readonly number[] {
  for (const p of pValues) assertArgument(p >= 0 && p <= 1, `a p-value lies between 0 and 1, got ${p}`);
  return pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
}

/** Holm's step-down adjusted p-values, in the order given: they control the chance of any false rejection (Holm 1979). */
export function adjustHolm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  ascendingOrder(pValues).forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] ?? 1)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up adjusted p-values, in the order given: they control the expected share of false
 * rejections for independent or positively dependent tests (1995).
 */
export function adjustBenjaminiHochberg(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 1);
  const order = ascendingOrder(pValues);
  let smallest = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const index = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * pValues.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}
