import { describe, expect, it } from 'vitest';
import { loadVectors, relativeError } from '../../test/vectors.ts';
import { kolmogorovTail } from '../comparison/kolmogorov-smirnov.ts';
import { StatsError } from '../errors.ts';
import { binomialCdf, incompleteBeta } from './beta.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';

const vectors = loadVectors('distributions');
const three = (f: (a: number, b: number, c: number) => number) => (row: number[]) => f(row[0]!, row[1]!, row[2]!);
const two = (f: (a: number, b: number) => number) => (row: number[]) => f(row[0]!, row[1]!);
const one = (f: (a: number) => number) => (row: number[]) => f(row[0]!);

describe.each([
  { name: 'incompleteBeta' as const, of: three(incompleteBeta), within: 1e-11 },
  { name: 'binomialCdf' as const, of: three(binomialCdf), within: 1e-11 },
  { name: 'normalCdf' as const, of: one(normalCdf), within: 1e-12 },
  { name: 'normalQuantile' as const, of: one(normalQuantile), within: 1e-13 },
  { name: 'studentTCdf' as const, of: two(studentTCdf), within: 1e-11 },
  { name: 'studentTQuantile' as const, of: two(studentTQuantile), within: 1e-10 },
  { name: 'kolmogorovTail' as const, of: one(kolmogorovTail), within: 1e-12 },
])('$name', ({ name, of, within }) => {
  it.each(vectors[name].map((row) => ({ row })))('agrees with scipy at $row', ({ row }) => {
    expect(relativeError(of(row), row.at(-1)!)).toBeLessThan(within);
  });
});

it('refuses arguments outside the domain', () => {
  expect(() => normalQuantile(1)).toThrow(StatsError);
  expect(() => studentTCdf(1, 0)).toThrow(StatsError);
  expect(() => incompleteBeta(2, 1, 1)).toThrow(StatsError);
});
