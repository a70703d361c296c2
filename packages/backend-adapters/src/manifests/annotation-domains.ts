import { didYouMean } from '@assay/contracts';
import type { AnnotationRole } from './annotation-role.ts';
import type { ValueCheck } from './annotation-value.ts';
import {
  AUTOSCALING_DOMAIN,
  AUTOSCALING_KEYS,
  AUTOSCALING_MISTAKES,
  OLD_AUTOSCALING_KEYS,
} from './autoscaling-keys.ts';
import {
  KNATIVE_SERVING_KEYS,
  KSERVE_KEYS,
  OLD_KNATIVE_SERVING_KEYS,
  OLD_QUEUE_SIDECAR_KEYS,
  QUEUE_SIDECAR_KEYS,
} from './serving-keys.ts';

/** A domain of keys, and what is known of them. */
export interface AnnotationDomain {
  readonly domain: string;
  readonly keys: ReadonlyMap<string, ValueCheck>;
  readonly oldKeys: ReadonlyMap<string, string>;
  readonly mistakes: ReadonlyMap<string, string>;
  /** Why a key does nothing where it stands, and where it belongs; `undefined` where it is read. */
  readonly misplaced: (key: string, role: AnnotationRole) => string | undefined;
}

const PASSED_TO_REVISION: ReadonlySet<AnnotationRole> = new Set(['revision', 'isvc', 'isvc-component', 'runtime-pods']);

const BELONGS: Readonly<Record<AnnotationRole, string>> = {
  ksvc: 'move it to spec.template.metadata.annotations: Knative refuses it here',
  configuration: 'move it to spec.template.metadata.annotations: Knative refuses it here',
  route: 'move it to spec.template.metadata.annotations of the Service',
  'serving-runtime': 'move it to metadata.annotations of the InferenceService',
  llm: 'an LLMInferenceService is not scaled by Knative: see spec.scaling',
  graph: 'move it to the InferenceServices of the graph',
  other:
    'it is read from a Knative Service (spec.template.metadata.annotations) or an InferenceService (metadata.annotations)',
  revision: '',
  isvc: '',
  'isvc-component': '',
  'runtime-pods': '',
};

const ROUTE_ROLES: ReadonlySet<AnnotationRole> = new Set(['ksvc', 'route', 'isvc', 'isvc-component', 'runtime-pods']);

/** Keys of KServe that its controller reads from the object itself. */
const KSERVE_METADATA_KEYS: ReadonlySet<string> = new Set(['deploymentMode', 'autoscalerClass']);
const KSERVE_METADATA_ROLES: ReadonlySet<AnnotationRole> = new Set(['isvc', 'graph', 'llm']);

export const ANNOTATION_DOMAINS: readonly AnnotationDomain[] = [
  {
    domain: AUTOSCALING_DOMAIN,
    keys: AUTOSCALING_KEYS,
    oldKeys: OLD_AUTOSCALING_KEYS,
    mistakes: AUTOSCALING_MISTAKES,
    misplaced: (_, role) => (PASSED_TO_REVISION.has(role) ? undefined : BELONGS[role]),
  },
  {
    domain: 'serving.knative.dev',
    keys: KNATIVE_SERVING_KEYS,
    oldKeys: OLD_KNATIVE_SERVING_KEYS,
    mistakes: new Map([['visibility', 'did you mean "networking.knative.dev/visibility"? it is a label']]),
    misplaced: (key, role) => {
      if (key === 'progress-deadline') return PASSED_TO_REVISION.has(role) ? undefined : BELONGS[role];
      if (key !== 'rollout-duration' || ROUTE_ROLES.has(role)) return undefined;
      return role === 'revision' ? 'move it to metadata.annotations of the Service' : 'it belongs to a Knative Service';
    },
  },
  {
    domain: 'queue.sidecar.serving.knative.dev',
    keys: QUEUE_SIDECAR_KEYS,
    oldKeys: OLD_QUEUE_SIDECAR_KEYS,
    mistakes: new Map(),
    misplaced: (_, role) => (PASSED_TO_REVISION.has(role) ? undefined : BELONGS[role]),
  },
  {
    domain: 'serving.kserve.io',
    keys: KSERVE_KEYS,
    oldKeys: new Map(),
    mistakes: new Map([
      ['minreplicas', 'it is a field, not an annotation: spec.predictor.minReplicas'],
      ['maxreplicas', 'it is a field, not an annotation: spec.predictor.maxReplicas'],
      ['scaletarget', 'it is a field, not an annotation: spec.predictor.scaleTarget'],
      ['scalemetric', 'it is a field, not an annotation: spec.predictor.scaleMetric'],
    ]),
    misplaced: (key, role) =>
      KSERVE_METADATA_KEYS.has(key) && !KSERVE_METADATA_ROLES.has(role)
        ? 'move it to metadata.annotations of the InferenceService'
        : undefined,
  },
];

/** A key without what people write in other ways: dashes, capitals. */
export const plainKey = (key: string): string => key.toLowerCase().replaceAll(/[-_.]/g, '');

/** What was probably meant by a key that its domain does not know; `elsewhere` is the whole key where another domain knows it. */
export function hintForUnknown(
  { keys, oldKeys, mistakes }: AnnotationDomain,
  key: string,
  elsewhere: string | undefined,
): string {
  const mistake = mistakes.get(plainKey(key));
  if (mistake !== undefined) return mistake;
  if (elsewhere !== undefined) return `did you mean ${JSON.stringify(elsewhere)}?`;
  const meant = didYouMean(key, [...keys.keys(), ...oldKeys.keys()]);
  if (meant === undefined) return `known keys: ${[...keys.keys()].join(', ')}`;
  return `did you mean ${JSON.stringify(oldKeys.get(meant) ?? meant)}?`;
}
