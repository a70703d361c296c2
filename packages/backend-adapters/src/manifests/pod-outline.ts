import { listOf, merge, outline, without } from './field-outline.ts';
import type { SchemaNode } from './structural-schema.ts';

/*
 * The fields of a pod after the API reference of Kubernetes 1.34. What lies deeper, such as the sources of volumes and affinity, is not looked at.
 * Knative takes fewer fields than Kubernetes.
 */

const PORT: SchemaNode = { type: 'integer', minimum: 1, maximum: 65_535 };
const HTTP_GET = outline({ text: 'host path scheme', either: 'port', opens: 'httpHeaders' });
const TIMES = 'failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds';
const KNATIVE_PROBE = outline({ open: 'exec grpc tcpSocket', whole: TIMES }, { httpGet: HTTP_GET });
const PROBE = merge(KNATIVE_PROBE, outline({ whole: 'terminationGracePeriodSeconds' }));

const ENV = listOf(outline({ text: 'name value', open: 'valueFrom' }, {}, ['name']), 'name');
const KNATIVE_PORT = outline({ text: 'name protocol' }, { containerPort: PORT });
const POD_PORT = merge(KNATIVE_PORT, outline({ text: 'hostIP', whole: 'hostPort' }, {}, ['containerPort']));
const KNATIVE_RESOURCES = outline({ quantities: 'limits requests' });
const RESOURCES = merge(KNATIVE_RESOURCES, outline({ opens: 'claims' }));
const KNATIVE_MOUNT = outline({ text: 'mountPath mountPropagation name subPath', flag: 'readOnly' }, {}, [
  'mountPath',
  'name',
]);
const MOUNT = merge(KNATIVE_MOUNT, outline({ text: 'recursiveReadOnly subPathExpr' }));

const probes = (probe: SchemaNode): Readonly<Record<string, SchemaNode>> => ({
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
});
const KNATIVE_CONTAINER = outline(
  {
    text: 'image imagePullPolicy name terminationMessagePath terminationMessagePolicy workingDir',
    texts: 'args command',
    opens: 'envFrom',
    open: 'securityContext',
  },
  {
    env: ENV,
    ports: listOf(KNATIVE_PORT),
    resources: KNATIVE_RESOURCES,
    volumeMounts: listOf(KNATIVE_MOUNT),
    ...probes(KNATIVE_PROBE),
  },
);
/** A container in a pod of Kubernetes; what has to be there is asked for by `POD`. */
export const CONTAINER: SchemaNode = merge(
  KNATIVE_CONTAINER,
  outline(
    {
      text: 'restartPolicy',
      flag: 'stdin stdinOnce tty',
      open: 'lifecycle',
      opens: 'resizePolicy restartPolicyRules volumeDevices',
    },
    { ports: listOf(POD_PORT), resources: RESOURCES, volumeMounts: listOf(MOUNT), ...probes(PROBE) },
  ),
);
const NAMED_CONTAINER = { ...CONTAINER, required: ['name'] };

const KNATIVE_FIELDS = outline({
  text: 'dnsPolicy priorityClassName runtimeClassName schedulerName serviceAccountName',
  flag: 'automountServiceAccountToken enableServiceLinks hostIPC hostNetwork hostPID shareProcessNamespace',
  textMap: 'nodeSelector',
  open: 'affinity dnsConfig securityContext',
  opens: 'hostAliases imagePullSecrets tolerations topologySpreadConstraints',
});

/** Containers of a sort and volumes. */
const contents = (container: SchemaNode, volumeFields: string): SchemaNode =>
  outline(
    {},
    {
      containers: listOf(container),
      volumes: listOf(outline({ text: 'name', open: volumeFields }, {}, ['name']), 'name'),
    },
  );

const KNATIVE_VOLUMES = 'configMap csi emptyDir ephemeral hostPath image persistentVolumeClaim projected secret';
const OTHER_VOLUMES =
  'awsElasticBlockStore azureDisk azureFile cephfs cinder downwardAPI fc flexVolume flocker gcePersistentDisk gitRepo glusterfs iscsi nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume';

/** The spec of a revision of Knative. */
export const REVISION: SchemaNode = merge(
  KNATIVE_FIELDS,
  contents(KNATIVE_CONTAINER, KNATIVE_VOLUMES),
  outline(
    {
      whole: 'containerConcurrency idleTimeoutSeconds responseStartTimeoutSeconds timeoutSeconds',
      opens: 'initContainers',
    },
    {},
    ['containers'],
  ),
);

/** The spec of a pod of Kubernetes. */
export const POD: SchemaNode = merge(
  KNATIVE_FIELDS,
  contents(NAMED_CONTAINER, `${KNATIVE_VOLUMES} ${OTHER_VOLUMES}`),
  outline(
    {
      text: 'hostname hostnameOverride nodeName serviceAccount subdomain',
      flag: 'hostUsers setHostnameAsFQDN',
      whole: 'activeDeadlineSeconds priority terminationGracePeriodSeconds',
      quantities: 'overhead',
      open: 'os resources',
      opens: 'ephemeralContainers readinessGates resourceClaims schedulingGates',
    },
    {
      initContainers: listOf(NAMED_CONTAINER),
      preemptionPolicy: { type: 'string' },
      restartPolicy: { type: 'string' },
    },
  ),
);

/** The pod of a serving runtime of KServe. */
export const RUNTIME_POD: SchemaNode = merge(
  outline(
    {
      text: 'schedulerName',
      flag: 'hostIPC',
      textMap: 'nodeSelector',
      open: 'affinity',
      opens: 'imagePullSecrets resourceClaims tolerations',
    },
    {},
    ['containers'],
  ),
  contents(NAMED_CONTAINER, `${KNATIVE_VOLUMES} ${OTHER_VOLUMES}`),
);

/** The pod of a component of an inference service, where all may be left to KServe. */
export const COMPONENT_POD: SchemaNode = without(POD, 'ephemeralContainers');
export const TEMPLATE_METADATA: SchemaNode = outline({
  text: 'name namespace generateName',
  textMap: 'annotations labels',
  texts: 'finalizers',
});
