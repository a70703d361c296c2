import { philox4x32, type Words } from './philox.ts';

/**
 * Random values as a pure function of (seed, stream, index): no state, so that any worker computes the values of any request alone.
 * `lane`, 0 to 65,535, opens further independent values of the same index.
 */
export interface RandomStream {
  /** Unsigned 32-bit integer. */
  uint32At(index: number, lane?: number): number;
  /** Uniform in [0, 1) with 53 bits. */
  uniformAt(index: number, lane?: number): number;
  /** Standard normal (Box–Muller). */
  normalAt(index: number, lane?: number): number;
  /** Exponential with mean 1. */
  exponentialAt(index: number, lane?: number): number;
  /** Gamma with the given shape and scale 1, so with mean `shape` (Marsaglia and Tsang 2000). */
  gammaAt(index: number, shape: number, lane?: number): number;
  /** Integer in [min, max], both included. */
  intAt(index: number, min: number, max: number, lane?: number): number;
}

export interface RandomSource {
  /** An independent stream; equal names give equal streams. */
  stream(name: string): RandomStream;
}

/** Repeated draws of one value step by this much, past all lanes of the caller. */
const LANE_STRIDE = 1 << 16;

/** FNV-1a over UTF-16 code units, twice with different offsets: 64 bits that tell stream names apart. */
function hashName(name: string, offset: number): number {
  let hash = offset;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** A source for one seed; seeds are integers, 0 included, and only their low 64 bits count. */
export function createRandom(seed: number | bigint): RandomSource {
  if (typeof seed === 'number' && !Number.isSafeInteger(seed))
    throw new RangeError(`a seed is an integer, got ${seed}`);
  const bits = BigInt.asUintN(64, BigInt(seed));
  const key: readonly [number, number] = [Number(bits & 0xffffffffn), Number(bits >> 32n)];
  return { stream: (name) => createStream(key, hashName(name, 0x811c9dc5), name) };
}

function createStream(key: readonly [number, number], streamHash: number, name: string): RandomStream {
  const laneSalt = hashName(name, 0x01234567);
  // The index fills two counter words (53 bits), the stream's hash one, the lane the last.
  const words = (index: number, lane: number): Words =>
    philox4x32([index >>> 0, Math.floor(index / 2 ** 32) >>> 0, streamHash, (laneSalt + lane) >>> 0], key);
  const toUniform = (high: number, low: number): number => ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  const pairAt = (index: number, lane: number): readonly [number, number] => {
    const [a, b, c, d] = words(index, lane);
    return [toUniform(a, b), toUniform(c, d)];
  };
  const uniformAt = (index: number, lane = 0): number => pairAt(index, lane)[0];
  const normalAt = (index: number, lane = 0): number => {
    const [u, v] = pairAt(index, lane);
    return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  };
  const gammaAt = (index: number, shape: number, lane = 0): number => {
    if (!(shape > 0)) throw new RangeError(`a gamma shape is above 0, got ${shape}`);
    const boost = shape < 1 ? (1 - uniformAt(index, lane + LANE_STRIDE * (LANE_STRIDE - 1))) ** (1 / shape) : 1;
    const d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (let attempt = 0; ; attempt += 2) {
      const x = normalAt(index, lane + LANE_STRIDE * attempt);
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      const u = 1 - uniformAt(index, lane + LANE_STRIDE * (attempt + 1));
      if (Math.log(u) < 0.5 * x * x + d - d * v + d * Math.log(v)) return boost * d * v;
    }
  };
  return {
    uint32At: (index, lane = 0) => words(index, lane)[0],
    uniformAt,
    normalAt,
    exponentialAt: (index, lane = 0) => -Math.log(1 - uniformAt(index, lane)),
    gammaAt,
    intAt: (index, min, max, lane = 0) => min + Math.floor(uniformAt(index, lane) * (max - min + 1)),
  };
}
