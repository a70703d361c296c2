import { expect, test } from 'vitest';
import { unitVector } from './unit-vector.ts';

const lengthOf = (vector: Float32Array): number => Math.hypot(...vector);

test.each([1, 2, 256, 1024])('a vector of %i dimensions has the length 1', (dimensions) => {
  const vector = unitVector([5, 6, 7], dimensions);
  expect(vector).toHaveLength(dimensions);
  expect(lengthOf(vector)).toBeCloseTo(1, 5);
});

test('the same prompt has the same vector, another one has another', () => {
  expect(unitVector([1, 2, 3], 16)).toEqual(unitVector([1, 2, 3], 16));
  expect(unitVector([1, 2, 3], 16)).not.toEqual(unitVector([1, 3, 2], 16));
});
