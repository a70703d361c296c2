import { noiseAt } from '../engine/noise.ts';

const VECTOR_SEED = 11;
const HASH_PRIME = 0x01000193;

/**
 * The embedding of a prompt: a float32 vector of length 1, a pure function of the token IDs and the number of dimensions. It says
 * whether two prompts are the same, and nothing of what they mean.
 */
export function unitVector(promptTokenIds: ArrayLike<number>, dimensions: number): Float32Array {
  let hash = 0x811c9dc5;
  for (let at = 0; at < promptTokenIds.length; at++) hash = Math.imul(hash ^ (promptTokenIds[at] ?? 0), HASH_PRIME);
  const vector = new Float32Array(dimensions);
  let squares = 0;
  for (let at = 0; at < dimensions; at++) {
    const value = 2 * noiseAt(VECTOR_SEED, hash, at) - 1;
    vector[at] = value;
    squares += value * value;
  }
  const length = Math.sqrt(squares);
  return vector.map((value) => value / length);
}
