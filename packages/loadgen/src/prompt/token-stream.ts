/** Next 32-bit number of a sequence. */
export type NextUint32 = () => number;

/**
 * xoroshiro64** 1.0 (D. Blackman, S. Vigna, 2018): expands a 64-bit key into the words of one prompt segment. The key
 * comes from the counter-based streams, so a segment is a function of (seed, stream, index) and costs nothing to find again.
 */
export function createTokenStream(keyLow: number, keyHigh: number): NextUint32 {
  let s0 = keyLow | 0;
  let s1 = keyHigh | 0;
  if (s0 === 0 && s1 === 0) s1 = 1;
  return () => {
    const product = Math.imul(s0, 0x9e3779bb);
    const result = Math.imul((product << 5) | (product >>> 27), 5);
    const mixed = s1 ^ s0;
    s0 = ((s0 << 26) | (s0 >>> 6)) ^ mixed ^ (mixed << 9);
    s1 = (mixed << 13) | (mixed >>> 19);
    return result >>> 0;
  };
}
