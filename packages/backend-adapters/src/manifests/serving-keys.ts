import {
  ANY_TEXT,
  decimalNumber,
  duration,
  JSON_LIST,
  oneOf,
  TRUE_OR_FALSE,
  type ValueCheck,
  wholeNumber,
} from './annotation-value.ts';

const HUNDRED_YEARS_SECONDS = 3.2e9;

const internal = (...names: readonly string[]): readonly (readonly [string, ValueCheck])[] =>
  names.map((name) => [name, ANY_TEXT] as const);

/** What may stand behind `serving.knative.dev/` (`pkg/apis/serving/register.go`), as a label or as an annotation. */
export const KNATIVE_SERVING_KEYS: ReadonlyMap<string, ValueCheck> = new Map([
  ['progress-deadline', duration(1, HUNDRED_YEARS_SECONDS, 'of at least 1s', { isWholeSeconds: true })],
  ['rollout-duration', duration(0, HUNDRED_YEARS_SECONDS, 'of at least 0s', { isWholeSeconds: true })],
  ['no-gc', TRUE_OR_FALSE],
  // Knative writes these itself.
  ...internal('creator', 'lastModifier', 'lastPinned', 'routes', 'routingState', 'routingStateModified'),
  ...internal('configuration', 'configurationGeneration', 'configurationUID', 'revision', 'revisionUID'),
  ...internal('route', 'routeNamespace', 'service', 'serviceUID', 'domainMappingUID', 'domainMappingNamespace'),
  ...internal('deployment-hash', 'forceUpgrade', 'controller', 'release'),
]);

export const OLD_KNATIVE_SERVING_KEYS: ReadonlyMap<string, string> = new Map([['rolloutDuration', 'rollout-duration']]);

/** What may stand behind `queue.sidecar.serving.knative.dev/`. */
export const QUEUE_SIDECAR_KEYS: ReadonlyMap<string, ValueCheck> = new Map([
  ['resource-percentage', decimalNumber(0.1, 100)],
  ...internal('cpu-resource-request', 'cpu-resource-limit', 'memory-resource-request', 'memory-resource-limit'),
  ...internal('ephemeral-storage-resource-request', 'ephemeral-storage-resource-limit'),
]);

export const OLD_QUEUE_SIDECAR_KEYS: ReadonlyMap<string, string> = new Map([
  ['resourcePercentage', 'resource-percentage'],
]);

/** Modes of an InferenceService by the name that was used before. */
export const OLD_DEPLOYMENT_MODES: ReadonlyMap<string, string> = new Map([
  ['Serverless', 'Knative'],
  ['RawDeployment', 'Standard'],
]);

/** What may stand behind `serving.kserve.io/` (`pkg/constants/constants.go` of KServe 0.20), as a label or as an annotation. */
export const KSERVE_KEYS: ReadonlyMap<string, ValueCheck> = new Map([
  ['deploymentMode', oneOf('Knative', 'Standard', 'ModelMesh', ...OLD_DEPLOYMENT_MODES.keys())],
  ['autoscalerClass', oneOf('hpa', 'keda', 'external', 'none')],
  ['stop', TRUE_OR_FALSE],
  ['enable-tag-routing', TRUE_OR_FALSE],
  ['enable-prometheus-scraping', TRUE_OR_FALSE],
  ['enable-metric-aggregation', TRUE_OR_FALSE],
  ['enable-served-by-header', TRUE_OR_FALSE],
  ['model-based-routing-enabled', TRUE_OR_FALSE],
  ['disable-auto-update', TRUE_OR_FALSE],
  ['disable-localmodel', TRUE_OR_FALSE],
  ['gpu-resource-types', JSON_LIST],
  ['exp-dra-device-count', wholeNumber(1)],
  ['targetUtilizationPercentage', wholeNumber(1)],
  ['metrics', oneOf('cpu', 'memory')],
  ['storage-initializer-uid', wholeNumber(0)],
  ...internal('exp-dra-device-class', 'exp-dra-cel-selector', 'exp-dra-container-name'),
  ...internal('server-type', 'nodegroup', 'gke-accelerator', 'routing-group', 'gateway', 'service', 'model-uri'),
  ...internal('logger-secret-name', 'logger-secret-path', 'logger-secret-file'),
  ...internal('secretName', 'storageSecretName', 'inferencepool-migrated', 'inference-pool-migrated'),
  ...internal('s3-endpoint', 's3-region', 's3-verifyssl', 's3-usehttps', 's3-usevirtualbucket', 's3-useaccelerate'),
  ...internal('s3-useanoncredential', 's3-cabundle', 's3-cabundle-configmap'),
  // KServe writes these itself.
  ...internal('inferenceservice', 'inferencegraph', 'trainedmodel-allocated', 'kind', 'model'),
]);

/** Keys that KServe declares and no longer reads. */
export const UNREAD_KSERVE_KEYS: ReadonlyMap<string, string> = new Map([
  ['targetUtilizationPercentage', 'write spec.predictor.scaleTarget'],
  ['metrics', 'write spec.predictor.scaleMetric'],
]);
