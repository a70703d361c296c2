import { isMap, type Path, visitEntries } from './pointer.ts';

/**
 * Who reads the annotations at a place:
 * - `isvc`, `isvc-component`: KServe, which copies most of them to the revision template;
 * - `serving-runtime`: nobody but KServe itself; `runtime-pods`: KServe, as for `isvc`;
 * - `llm`: the controller of LLMInferenceServices; `graph`: that of InferenceGraphs;
 * - `ksvc`, `configuration`, `route`: Knative, for routes; `revision`: Knative, for the autoscaler;
 * - `other`: neither.
 */
export type AnnotationRole =
  | 'isvc'
  | 'isvc-component'
  | 'serving-runtime'
  | 'runtime-pods'
  | 'llm'
  | 'graph'
  | 'ksvc'
  | 'configuration'
  | 'route'
  | 'revision'
  | 'other';

/** The annotations or labels at one place. */
export interface AnnotationMap {
  readonly role: AnnotationRole;
  readonly part: 'annotations' | 'labels';
  readonly path: Path;
  readonly entries: readonly (readonly [string, unknown])[];
}

const AT_METADATA: Readonly<Record<string, AnnotationRole>> = {
  'serving.kserve.io InferenceService': 'isvc',
  'serving.kserve.io ServingRuntime': 'serving-runtime',
  'serving.kserve.io ClusterServingRuntime': 'serving-runtime',
  'serving.kserve.io LLMInferenceService': 'llm',
  'serving.kserve.io LLMInferenceServiceConfig': 'llm',
  'serving.kserve.io InferenceGraph': 'graph',
  'serving.knative.dev Service': 'ksvc',
  'serving.knative.dev Configuration': 'configuration',
  'serving.knative.dev Route': 'route',
  'serving.knative.dev Revision': 'revision',
  'autoscaling.internal.knative.dev PodAutoscaler': 'revision',
};

const BELOW: Readonly<Partial<Record<AnnotationRole, readonly (readonly [string, AnnotationRole])[]>>> = {
  isvc: [
    ['spec/predictor', 'isvc-component'],
    ['spec/transformer', 'isvc-component'],
    ['spec/explainer', 'isvc-component'],
  ],
  'serving-runtime': [['spec', 'runtime-pods']],
  llm: [['spec', 'llm']],
  ksvc: [['spec/template/metadata', 'revision']],
  configuration: [['spec/template/metadata', 'revision']],
};

/** `group Kind`, without the version. */
export function groupKind(value: Readonly<Record<string, unknown>>): string {
  const apiVersion = String(value['apiVersion'] ?? '');
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  return `${group} ${String(value['kind'] ?? '')}`.trim();
}

function roleAt(value: Readonly<Record<string, unknown>>, parent: Path): AnnotationRole {
  const top = AT_METADATA[groupKind(value)] ?? 'other';
  const place = parent.join('/');
  if (place === 'metadata') return top;
  return BELOW[top]?.find(([path]) => path === place)?.[1] ?? 'other';
}

/** Every mapping of annotations or labels in an object. */
export function annotationMaps(value: Readonly<Record<string, unknown>>): readonly AnnotationMap[] {
  const found: AnnotationMap[] = [];
  visitEntries(value, (key, child, path) => {
    if ((key !== 'annotations' && key !== 'labels') || !isMap(child)) return false;
    found.push({ role: roleAt(value, path), part: key, path: [...path, key], entries: Object.entries(child) });
    return true;
  });
  return found;
}
