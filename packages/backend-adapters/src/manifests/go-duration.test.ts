import { expect, test } from 'vitest';
import { parseGoDuration } from './go-duration.ts';

test.each([
  ['0', 0],
  ['0s', 0],
  ['6s', 6e9],
  ['1h0m0s', 3600e9],
  ['2m3s', 123e9],
  ['1m9s82ms', 69.082e9],
  ['42.5s', 42.5e9],
  ['.5s', 0.5e9],
  ['1.s', 1e9],
  ['+5m', 300e9],
  ['-1m23s', -83e9],
  ['1h1ns', 3600e9 + 1],
  ['10us', 10e3],
  ['10µs', 10e3],
])('%s', (text, nanoseconds) => {
  expect(parseGoDuration(text)).toBe(nanoseconds);
});

test.each(['', '60', '1 m', '5d', 's', '-', '1h 2m', '1,5s', 'one minute', '1h2', '.s'])(
  '%j is no duration',
  (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  },
);
