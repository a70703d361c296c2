import { groupKind } from './annotation-role.ts';
import { isMap, mapAt, type Path, valueAt, visitEntries } from './pointer.ts';

/** A container in an object, wherever it stands. */
export interface FoundContainer {
  readonly path: Path;
  readonly value: Readonly<Record<string, unknown>>;
  /** It takes requests for as long as the pod lives; not an init or ephemeral container. */
  readonly isMain: boolean;
  /** What it leaves out comes from elsewhere: a serving runtime, or a preset of KServe. */
  readonly isOverlay: boolean;
}

const LISTS: ReadonlySet<string> = new Set(['containers', 'initContainers', 'ephemeralContainers']);
const COMPONENTS = ['predictor', 'transformer', 'explainer'] as const;

/** Frameworks of an InferenceService's predictor: each holds the fields of a container. */
const FRAMEWORKS = ['model', 'huggingface', 'lightgbm', 'onnx', 'paddle', 'pmml', 'pytorch', 'sklearn', 'tensorflow'];
const MORE_FRAMEWORKS = ['triton', 'xgboost'];

/** Every container of an object. */
export function findContainers(value: Readonly<Record<string, unknown>>): readonly FoundContainer[] {
  const kind = groupKind(value);
  const isLlm = kind.startsWith('serving.kserve.io LLMInferenceService');
  const found: FoundContainer[] = [];
  visitEntries(value, (key, child, path) => {
    if (!LISTS.has(key) || !Array.isArray(child)) return false;
    for (const [index, item] of child.entries()) {
      if (!isMap(item)) continue;
      found.push({ path: [...path, key, index], value: item, isMain: key === 'containers', isOverlay: isLlm });
    }
    return true;
  });
  if (kind === 'serving.kserve.io InferenceService') found.push(...frameworks(value));
  return found;
}

function frameworks(value: Readonly<Record<string, unknown>>): readonly FoundContainer[] {
  return COMPONENTS.flatMap((component) =>
    [...FRAMEWORKS, ...MORE_FRAMEWORKS].flatMap((framework) => {
      const path = ['spec', component, framework];
      const container = valueAt(value, path);
      return isMap(container) ? [{ path, value: container, isMain: true, isOverlay: true }] : [];
    }),
  );
}

const RUNTIME_IMAGES =
  /vllm|text-generation-inference|tritonserver|sglang|llama[._-]?cpp|llm-d-(?:cuda|rocm|xpu|hpu|cpu)|huggingfaceserver|tensorrt-llm/i;
const ACCELERATOR = /^(nvidia\.com\/(gpu|mig-)|amd\.com\/gpu|intel\.com\/gpu|habana\.ai\/gaudi)/;

/** Does this container load a model before it answers? */
export function isModelServer({ path, value, isMain, isOverlay }: FoundContainer, kind: string): boolean {
  if (!isMain) return false;
  // Beside the servers an LLMInferenceService holds schedulers and proxies.
  if (isOverlay && path[path.length - 2] === 'containers') return value['name'] === 'main';
  if (value['name'] === 'kserve-container' || kind === 'serving.kserve.io InferenceService') return true;
  const limits = { ...mapAt(value, ['resources', 'limits']), ...mapAt(value, ['resources', 'requests']) };
  return (
    Object.keys(limits).some((name) => ACCELERATOR.test(name)) || RUNTIME_IMAGES.test(String(value['image'] ?? ''))
  );
}
