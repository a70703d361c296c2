import { assertArgument } from './errors.ts';

export type Direction = 'min' | 'max';

/** Whether `a` is at least as good as `b` in every objective and better in one. */
export function dominates(a: readonly number[], b: readonly number[], directions: readonly Direction[]): boolean {
  let isBetter = false;
  for (let k = 0; k < directions.length; k++) {
    const gain = ((b[k] ?? Number.NaN) - (a[k] ?? Number.NaN)) * (directions[k] === 'min' ? 1 : -1);
    if (gain < 0) return false;
    if (gain > 0) isBetter = true;
  }
  return isBetter;
}

/**
 * Positions, ascending, of the points that no other point dominates; equal points stand together. Quadratic in the points.
 * Throws on a point with another number of objectives and on values that are not finite.
 */
export function paretoFront(points: readonly (readonly number[])[], directions: readonly Direction[]): number[] {
  for (const point of points) {
    assertArgument(
      point.length === directions.length && point.every((value) => Number.isFinite(value)),
      `a point has one finite value per objective (${directions.length}), got [${point.join(', ')}]`,
    );
  }
  return points.flatMap((point, index) => (points.some((other) => dominates(other, point, directions)) ? [] : [index]));
}
