import { listOf, merge, oneOf, outline } from './field-outline.ts';
import { COMPONENT_POD, CONTAINER, POD, REVISION, RUNTIME_POD, TEMPLATE_METADATA } from './pod-outline.ts';
import type { SchemaNode } from './structural-schema.ts';

/*
 * Fields of the kinds that serve models, after the API references of KServe 0.20, Knative Serving 1.21 and Kubernetes 1.34: their names, types and words, down
 * to where a slip is likely. A conformance test holds them against the definitions of KServe and Knative.
 */

const METADATA_MAPS = outline({ textMap: 'annotations labels' });

const STORAGE = outline({ text: 'key path schemaPath', textMap: 'parameters' });
const COMPONENT = merge(
  COMPONENT_POD,
  METADATA_MAPS,
  outline(
    {
      whole: 'canaryTrafficPercent containerConcurrency maxReplicas minReplicas scaleTarget timeout',
      open: 'deploymentStrategy',
      opens: 'storageUris',
    },
    {
      autoScaling: outline({ open: 'behavior', opens: 'metrics' }),
      batcher: outline({ whole: 'maxBatchSize maxLatency timeout' }),
      logger: outline(
        {
          text: 'batchInterval marshallerUrl url',
          texts: 'metadataAnnotations metadataHeaders',
          whole: 'batchSize',
          open: 'storage',
        },
        { mode: oneOf('all', 'request', 'response') },
      ),
      scaleMetric: oneOf('cpu', 'memory', 'concurrency', 'rps'),
      scaleMetricType: oneOf('Utilization', 'Value', 'AverageValue'),
    },
  ),
);
const FORMAT = outline({ text: 'name version' }, {}, ['name']);
const PREDICTOR_CONTAINER = merge(
  CONTAINER,
  outline({ text: 'protocolVersion runtimeVersion storageUri', open: 'confidential' }, { storage: STORAGE }),
);
const FRAMEWORKS = ['huggingface', 'lightgbm', 'onnx', 'paddle', 'pmml', 'pytorch', 'sklearn', 'tensorflow'];
const PREDICTOR = merge(
  COMPONENT,
  outline(
    { text: 'name storageContainerName' },
    {
      ...Object.fromEntries([...FRAMEWORKS, 'triton', 'xgboost'].map((name) => [name, PREDICTOR_CONTAINER])),
      model: merge(PREDICTOR_CONTAINER, outline({ text: 'runtime' }, { modelFormat: FORMAT })),
      workerSpec: merge(POD, outline({ whole: 'pipelineParallelSize tensorParallelSize' })),
    },
  ),
);
const INFERENCE_SERVICE = outline(
  { opens: 'canary' },
  { predictor: PREDICTOR, transformer: COMPONENT, explainer: merge(COMPONENT, outline({ open: 'art' })) },
  ['predictor'],
);

const RUNTIME = merge(
  RUNTIME_POD,
  METADATA_MAPS,
  outline(
    {
      text: 'grpcDataEndpoint grpcEndpoint httpDataEndpoint',
      texts: 'protocolVersions',
      flag: 'disabled multiModel',
      whole: 'replicas',
      open: 'storageHelper',
    },
    {
      builtInAdapter: outline({
        text: 'serverType',
        whole: 'memBufferBytes modelLoadingTimeoutMillis runtimeManagementPort',
        opens: 'env',
      }),
      supportedModelFormats: listOf(merge(FORMAT, outline({ flag: 'autoSelect', whole: 'priority' }))),
      workerSpec: merge(RUNTIME_POD, METADATA_MAPS, outline({ whole: 'pipelineParallelSize tensorParallelSize' })),
    },
  ),
);

/** What an LLM service and its prefill part have in common. */
const workload = (newer: SchemaNode): SchemaNode =>
  merge(
    METADATA_MAPS,
    newer,
    outline(
      { whole: 'replicas', open: 'rolloutStrategy' },
      {
        parallelism: outline({ whole: 'data dataLocal dataRPCPort pipeline tensor', flag: 'expert' }),
        scaling: outline({ whole: 'maxReplicas minReplicas', open: 'keda wva' }, {}, ['maxReplicas']),
        template: POD,
        worker: POD,
      },
    ),
  );
const llmService = (newer: SchemaNode, model: SchemaNode): SchemaNode =>
  merge(
    workload(newer),
    outline(
      {},
      {
        baseRefs: listOf(outline({ text: 'name' })),
        model: merge(outline({ text: 'name uri', open: 'lora' }, {}, ['uri']), model),
        prefill: workload(newer),
        router: outline({ open: 'gateway ingress route scheduler' }),
        storageInitializer: outline({ flag: 'enabled' }),
        tracing: outline({ text: 'exporter exporterEndpoint sampler samplerArg' }),
      },
    ),
  );

const REVISION_TEMPLATE = outline(
  {},
  { metadata: { ...TEMPLATE_METADATA, 'x-kubernetes-preserve-unknown-fields': true }, spec: REVISION },
);
const TRAFFIC = listOf(
  outline({ text: 'configurationName revisionName tag url', flag: 'latestRevision', whole: 'percent' }),
);

const DEPLOYMENT = outline(
  { whole: 'minReadySeconds progressDeadlineSeconds replicas revisionHistoryLimit', flag: 'paused' },
  {
    selector: outline({ textMap: 'matchLabels', opens: 'matchExpressions' }),
    strategy: outline({ open: 'rollingUpdate' }, { type: oneOf('Recreate', 'RollingUpdate') }),
    template: outline({}, { metadata: TEMPLATE_METADATA, spec: { ...POD, required: ['containers'] } }, ['spec']),
  },
  ['selector', 'template'],
);

const CONFIG_MAP = outline({ textMap: 'binaryData data', flag: 'immutable' });
const SERVICE = outline(
  {
    text: 'clusterIP externalName externalTrafficPolicy internalTrafficPolicy ipFamilyPolicy loadBalancerClass loadBalancerIP sessionAffinity trafficDistribution',
    texts: 'clusterIPs externalIPs ipFamilies loadBalancerSourceRanges',
    flag: 'allocateLoadBalancerNodePorts publishNotReadyAddresses',
    whole: 'healthCheckNodePort',
    textMap: 'selector',
    open: 'sessionAffinityConfig',
  },
  {
    ports: listOf(
      outline({ text: 'appProtocol name protocol', whole: 'nodePort port', either: 'targetPort' }, {}, ['port']),
    ),
    type: oneOf('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
  },
);

const kind = (spec: SchemaNode): SchemaNode => outline({ open: 'status' }, { spec });

/** Schemas by `apiVersion Kind`. */
export const SERVING_SCHEMAS: Readonly<Record<string, SchemaNode>> = {
  'apps/v1 Deployment': kind(DEPLOYMENT),
  'serving.knative.dev/v1 Configuration': kind(outline({}, { template: REVISION_TEMPLATE })),
  'serving.knative.dev/v1 Revision': kind(REVISION),
  'serving.knative.dev/v1 Route': kind(outline({}, { traffic: TRAFFIC })),
  'serving.knative.dev/v1 Service': kind(outline({}, { template: REVISION_TEMPLATE, traffic: TRAFFIC })),
  'serving.kserve.io/v1alpha1 ClusterServingRuntime': kind(RUNTIME),
  'serving.kserve.io/v1alpha1 LLMInferenceService': kind(
    llmService(outline({}), outline({}, { criticality: oneOf('Critical', 'Standard', 'Sheddable') })),
  ),
  'serving.kserve.io/v1alpha1 ServingRuntime': kind(RUNTIME),
  'serving.kserve.io/v1alpha2 LLMInferenceService': kind(
    llmService(outline({ open: 'kvCacheOffloading' }), outline({ open: 'confidential' })),
  ),
  'serving.kserve.io/v1beta1 InferenceService': kind(INFERENCE_SERVICE),
  'v1 ConfigMap': CONFIG_MAP,
  'v1 Service': kind(SERVICE),
};
