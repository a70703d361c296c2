import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignOffsetMs, alignOriginMs } from './due-grid.ts';

const offsets = fc.double({ min: 0, max: 1e8, noNaN: true });
const origins = fc.double({ min: 0, max: 1e8, noNaN: true });

test('an offset comes back from its due time to the last bit, whatever the origin', () => {
  fc.assert(
    fc.property(origins, origins, offsets, (originMs, otherMs, ms) => {
      const offset = alignOffsetMs(ms);
      expect(Math.abs(offset - ms)).toBeLessThanOrEqual(1e-6);
      for (const origin of [alignOriginMs(originMs), alignOriginMs(otherMs)]) {
        expect(origin + offset - origin).toBe(offset);
      }
    }),
  );
});

test('an aligned origin is not earlier than what it was made of, and about a microsecond later at most', () => {
  fc.assert(
    fc.property(origins, (originMs) => {
      expect(alignOriginMs(originMs)).toBeGreaterThanOrEqual(originMs);
      expect(alignOriginMs(originMs) - originMs).toBeLessThan(0.001);
    }),
  );
});
