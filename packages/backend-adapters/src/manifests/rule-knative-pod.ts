import { groupKind } from './annotation-role.ts';
import type { Remark, Rule } from './lint-report.ts';
import { isMap, mapAt, type Path, valueAt } from './pointer.ts';

/** Fields that Knative's webhook refuses whatever the features of the cluster (`pkg/apis/serving/fieldmask.go`). */
const POD_FIELDS = ['restartPolicy', 'terminationGracePeriodSeconds', 'activeDeadlineSeconds', 'nodeName', 'hostname'];
const CONTAINER_FIELDS = ['lifecycle', 'stdin', 'stdinOnce', 'tty', 'volumeDevices'];
/** Variables that Knative sets (`pkg/apis/serving/k8s_validation.go`). */
const VARIABLES: ReadonlySet<unknown> = new Set(['PORT', 'K_SERVICE', 'K_CONFIGURATION', 'K_REVISION']);
const PORT_NAMES: ReadonlySet<unknown> = new Set(['h2c', 'http1', '', undefined]);

/** Pod specs that become a Knative revision. */
function podPath(value: Readonly<Record<string, unknown>>): Path | undefined {
  switch (groupKind(value)) {
    case 'serving.knative.dev Service':
    case 'serving.knative.dev Configuration':
      return ['spec', 'template', 'spec'];
    case 'serving.knative.dev Revision':
      return ['spec'];
    case 'serving.kserve.io InferenceService': {
      const mode = valueAt(value, ['metadata', 'annotations', 'serving.kserve.io/deploymentMode']);
      return mode === 'Knative' || mode === 'Serverless' ? ['spec', 'predictor'] : undefined;
    }
    default:
      return undefined;
  }
}

const refused = (path: Path, message: string, hint?: string): Remark => ({
  code: 'FIELD_FORBIDDEN',
  severity: 'error',
  path,
  isAboutKey: true,
  message,
  hint,
});

/** What a pod of Knative may not have. */
export const checkKnativePod: Rule = ({ value }) => {
  const path = podPath(value);
  if (path === undefined) return [];
  const pod = mapAt(value, path);
  const remarks = POD_FIELDS.filter((field) => pod[field] !== undefined).map((field) =>
    refused([...path, field], `Knative refuses the field ${field}`),
  );
  const containers = Array.isArray(pod['containers']) ? pod['containers'] : [];
  const ports: Path[] = [];
  for (const [index, container] of containers.entries()) {
    if (!isMap(container)) continue;
    const here = [...path, 'containers', index];
    remarks.push(...checkContainer(container, here));
    const own = Array.isArray(container['ports']) ? container['ports'] : [];
    ports.push(...own.map((_, port) => [...here, 'ports', port]));
  }
  const [, second] = ports;
  if (second !== undefined) {
    remarks.push(refused(second, 'Knative takes one port in all containers together', 'keep the one for requests'));
  }
  return remarks;
};

function checkContainer(container: Readonly<Record<string, unknown>>, path: Path): readonly Remark[] {
  const remarks = CONTAINER_FIELDS.filter((field) => container[field] !== undefined).map((field) =>
    refused([...path, field], `Knative refuses the field ${field}`),
  );
  for (const [index, variable] of (Array.isArray(container['env']) ? container['env'] : []).entries()) {
    const name = valueAt(variable, ['name']);
    if (!VARIABLES.has(name)) continue;
    const hint =
      name === 'PORT' ? 'Knative sets it to the containerPort; give the server its port by a flag' : undefined;
    remarks.push({
      ...refused([...path, 'env', index, 'name'], `Knative sets ${String(name)} itself`, hint),
      isAboutKey: false,
    });
  }
  for (const [index, port] of (Array.isArray(container['ports']) ? container['ports'] : []).entries()) {
    const name = valueAt(port, ['name']);
    if (PORT_NAMES.has(name)) continue;
    const message = `the port is named ${JSON.stringify(name)}, expected http1 or h2c`;
    const hint = 'Knative tells the protocol by the name';
    remarks.push({ ...refused([...path, 'ports', index, 'name'], message, hint), isAboutKey: false });
  }
  return remarks;
}
