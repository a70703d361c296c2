import fc from 'fast-check';
import { expect, test } from 'vitest';
import { httpDate } from './http-date.ts';

test('a known moment', () => {
  expect(httpDate(1795510309)).toBe('Tue, 24 Nov 2026 08:51:49 GMT');
});

test('every second agrees with the platform', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799 }), (seconds) => {
      expect(httpDate(seconds)).toBe(new Date(seconds * 1000).toUTCString());
    }),
  );
});
