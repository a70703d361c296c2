import type { SchemaNode } from './structural-schema.ts';

/*
 * Fields of Kubernetes' own kinds that our manifests use, after the API reference of apps/v1 and v1. A field that is
 * not named here is refused: this judges what we render, not what the API server would take.
 */

const TEXT: SchemaNode = { type: 'string' };
const FLAG: SchemaNode = { type: 'boolean' };
const EITHER: SchemaNode = { 'x-kubernetes-int-or-string': true };
const QUANTITY: SchemaNode = {
  'x-kubernetes-int-or-string': true,
  pattern: '^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$',
};
const NAME: SchemaNode = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$', maxLength: 253 };
const PORT_NAME: SchemaNode = { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 15 };
const PORT: SchemaNode = { type: 'integer', minimum: 1, maximum: 65_535 };

const whole = (minimum: number): SchemaNode => ({ type: 'integer', format: 'int32', minimum });
const list = (items: SchemaNode, ...keys: readonly string[]): SchemaNode =>
  keys.length === 0 ? { type: 'array', items } : { type: 'array', items, 'x-kubernetes-list-map-keys': keys };
const mapOf = (additionalProperties: SchemaNode): SchemaNode => ({ type: 'object', additionalProperties });
const object = (properties: Readonly<Record<string, SchemaNode>>, required: readonly string[] = []): SchemaNode => ({
  type: 'object',
  properties,
  ...(required.length > 0 ? { required } : {}),
});

const TEXTS = list(TEXT);
const TEXT_MAP = mapOf(TEXT);
const PROTOCOL: SchemaNode = { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' };
const TEMPLATE_METADATA = object({ labels: TEXT_MAP, annotations: TEXT_MAP });
const RESOURCES = object({ requests: mapOf(QUANTITY), limits: mapOf(QUANTITY) });

const PROBE = object(
  {
    httpGet: object({ path: TEXT, port: EITHER, scheme: { type: 'string', enum: ['HTTP', 'HTTPS'] } }, ['port']),
    initialDelaySeconds: whole(0),
    periodSeconds: whole(1),
    timeoutSeconds: whole(1),
    successThreshold: whole(1),
    failureThreshold: whole(1),
  },
  ['httpGet'],
);

const SECURITY_CONTEXT = object({
  allowPrivilegeEscalation: FLAG,
  runAsNonRoot: FLAG,
  runAsUser: { type: 'integer', minimum: 0 },
  capabilities: object({ add: TEXTS, drop: TEXTS }),
  seccompProfile: object({ type: { type: 'string', enum: ['RuntimeDefault', 'Unconfined', 'Localhost'] } }, ['type']),
});

const CONTAINER = object(
  {
    name: PORT_NAME,
    image: TEXT,
    command: TEXTS,
    args: TEXTS,
    env: list(object({ name: TEXT, value: TEXT }, ['name']), 'name'),
    ports: list(
      object({ name: PORT_NAME, containerPort: PORT, protocol: PROTOCOL }, ['containerPort']),
      'containerPort',
      'protocol',
    ),
    startupProbe: PROBE,
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    resources: RESOURCES,
    securityContext: SECURITY_CONTEXT,
    volumeMounts: list(
      object({ name: TEXT, mountPath: TEXT, subPath: TEXT, readOnly: FLAG }, ['name', 'mountPath']),
      'mountPath',
    ),
  },
  ['name', 'image'],
);

const VOLUME = object(
  {
    name: PORT_NAME,
    emptyDir: object({ medium: { type: 'string', enum: ['', 'Memory'] }, sizeLimit: QUANTITY }),
    configMap: object({ name: NAME }, ['name']),
    persistentVolumeClaim: object({ claimName: NAME, readOnly: FLAG }, ['claimName']),
  },
  ['name'],
);

/** Fields of a pod that our manifests use. */
const POD: SchemaNode = object(
  {
    automountServiceAccountToken: FLAG,
    enableServiceLinks: FLAG,
    terminationGracePeriodSeconds: whole(0),
    containers: { ...list(CONTAINER, 'name'), minItems: 1 },
    volumes: list(VOLUME, 'name'),
  },
  ['containers'],
);

const DEPLOYMENT = object(
  {
    spec: object(
      {
        replicas: whole(0),
        strategy: object({ type: { type: 'string', enum: ['Recreate', 'RollingUpdate'] } }),
        progressDeadlineSeconds: whole(1),
        selector: object({ matchLabels: TEXT_MAP }, ['matchLabels']),
        template: object({ metadata: TEMPLATE_METADATA, spec: POD }, ['metadata', 'spec']),
      },
      ['selector', 'template'],
    ),
  },
  ['metadata', 'spec'],
);

const SERVICE = object(
  {
    spec: object(
      {
        type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'] },
        selector: TEXT_MAP,
        ports: list(
          object({ name: PORT_NAME, appProtocol: TEXT, protocol: PROTOCOL, port: PORT, targetPort: EITHER }, ['port']),
          'port',
          'protocol',
        ),
      },
      ['ports'],
    ),
  },
  ['metadata', 'spec'],
);

const CONFIG_MAP = object({ data: { type: 'object', additionalProperties: TEXT }, immutable: FLAG }, [
  'metadata',
  'data',
]);

/** Schemas of Kubernetes' own kinds by `apiVersion Kind`. */
export const CORE_SCHEMAS: Readonly<Record<string, SchemaNode>> = {
  'apps/v1 Deployment': DEPLOYMENT,
  'v1 Service': SERVICE,
  'v1 ConfigMap': CONFIG_MAP,
};
