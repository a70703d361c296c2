function mix32(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Uniform in [0, 1), a pure function of its three arguments (MurmurHash3's 32-bit finaliser over a running key).
 * Deliberately not the generator of the load side: the truth of a test must not share its arithmetic with the tool under test.
 */
export function noiseAt(seed: number, stream: number, index: number): number {
  const key = mix32(seed ^ 0x9e3779b9) ^ Math.imul(stream + 1, 0x85ebca77);
  return mix32(mix32(key) ^ Math.imul(index + 1, 0xc2b2ae3d)) / 4294967296;
}
