import { SimulatorError } from '../errors.ts';
import type { Face, FaceFactory, FaceName, FaceServices } from './face.ts';
import { createKserveFace } from './kserve/kserve-face.ts';
import { createLlamaCppFace } from './llama-cpp/llama-cpp-face.ts';
import { createOpenAiFace } from './openai/openai-face.ts';
import { createSglangFace } from './sglang/sglang-face.ts';
import { createTgiFace } from './tgi/tgi-face.ts';
import { createTritonFace } from './triton/triton-face.ts';
import { createVllmFace } from './vllm/vllm-face.ts';

/** Every face there is. */
const FACTORIES: Readonly<Partial<Record<FaceName, FaceFactory>>> = {
  vllm: createVllmFace,
  openai: createOpenAiFace,
  tgi: createTgiFace,
  triton: createTritonFace,
  kserve: createKserveFace,
  'llama-cpp': createLlamaCppFace,
  sglang: createSglangFace,
};

/** Names that {@link createFace} takes. */
export const FACE_NAMES: readonly string[] = Object.keys(FACTORIES);

/**
 * The face that the options name.
 *
 * @throws SimulatorError SIM_OPTION_INVALID
 */
export function createFace(services: FaceServices): Face {
  const { face } = services.options;
  const create = FACTORIES[face];
  if (create !== undefined) return create(services);
  throw new SimulatorError('SIM_OPTION_INVALID', `face is "${face}"`, { hint: `faces: ${FACE_NAMES.join(', ')}` });
}
