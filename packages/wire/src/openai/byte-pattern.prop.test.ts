import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BytePattern } from './byte-pattern.ts';

const small = fc.uint8Array({ maxLength: 40, max: 2 });

test('finds what comparing byte by byte finds, at every alignment', () => {
  fc.assert(
    fc.property(small, small, small, fc.nat(7), fc.nat(40), (pattern, before, after, shift, cut) => {
      const whole = new Uint8Array(shift + before.length + pattern.length + after.length);
      whole.set([...before, ...pattern, ...after], shift);
      const bytes = whole.subarray(shift);
      const end = Math.max(0, bytes.length - cut);
      const compared = new BytePattern(pattern);
      for (let start = 0; start <= end; start += 1) {
        const isThere = start + pattern.length <= end && pattern.every((byte, index) => bytes[start + index] === byte);
        expect(compared.isAt(bytes, start, end)).toBe(isThere);
      }
    }),
  );
});
