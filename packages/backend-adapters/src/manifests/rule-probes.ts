import { groupKind } from './annotation-role.ts';
import { type FoundContainer, findContainers, isModelServer } from './containers.ts';
import { parseGoDuration } from './go-duration.ts';
import type { LintLimits, Remark, Rule } from './lint-report.ts';
import { isMap, mapAt, type Path, valueAt } from './pointer.ts';

const DEFAULT_PERIOD_SECONDS = 10;
const DEFAULT_FAILURES = 3;
/** `progress-deadline` of Knative's config-deployment. */
const DEFAULT_DEADLINE_SECONDS = 600;

const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);

/** Seconds after the start at which a probe that never succeeds has its effect. */
export function probeBudgetSeconds(probe: Readonly<Record<string, unknown>>): number {
  // 0 is read as absent.
  const period = numberOr(probe['periodSeconds'], 0) || DEFAULT_PERIOD_SECONDS;
  const failures = numberOr(probe['failureThreshold'], 0) || DEFAULT_FAILURES;
  return numberOr(probe['initialDelaySeconds'], 0) + period * failures;
}

/** Model servers must be given the time to load, and no requests before they have. */
export const checkProbes: Rule = ({ value }, limits) => {
  const kind = groupKind(value);
  return findContainers(value)
    .filter((container) => isModelServer(container, kind))
    .flatMap((container) => [...checkContainer(container, limits), ...checkDeadline(value, kind, container)]);
};

function checkContainer({ path, value, isOverlay }: FoundContainer, limits: LintLimits): readonly Remark[] {
  const remarks: Remark[] = [];
  const needed = limits.modelLoadSeconds;
  const tooShort = (name: string, budget: number, hint: string): Remark => ({
    code: 'PROBE_TOO_SHORT',
    severity: 'error',
    path: [...path, name],
    isAboutKey: true,
    message: `the ${name} ends the container after ${budget} s, and loading a model may take ${needed} s`,
    hint,
  });
  const { startupProbe, livenessProbe, readinessProbe } = value;
  if (isMap(startupProbe)) {
    const budget = probeBudgetSeconds(startupProbe);
    if (budget < needed) remarks.push(tooShort('startupProbe', budget, 'raise failureThreshold'));
  } else if (isMap(livenessProbe) && !isOverlay) {
    const budget = probeBudgetSeconds(livenessProbe);
    if (budget < needed) remarks.push(tooShort('livenessProbe', budget, 'add a startupProbe: the others wait for it'));
  }
  if (!isMap(readinessProbe) && !isOverlay) {
    remarks.push({
      code: 'PROBE_MISSING',
      severity: 'warning',
      path,
      message: 'no readinessProbe: requests arrive while the model loads',
      hint: 'add a readinessProbe on the path that answers 200 when the model is there',
    });
  }
  return remarks;
}

/** Place of the annotations that hold the deadline of a revision; `undefined` where Knative does not run the pods. */
function deadlineOf(value: Readonly<Record<string, unknown>>, kind: string): Path | undefined {
  switch (kind) {
    case 'serving.knative.dev Service':
    case 'serving.knative.dev Configuration':
      return ['spec', 'template', 'metadata', 'annotations'];
    case 'serving.kserve.io InferenceService': {
      const mode = valueAt(value, ['metadata', 'annotations', 'serving.kserve.io/deploymentMode']);
      return mode === 'Knative' || mode === 'Serverless' ? ['metadata', 'annotations'] : undefined;
    }
    default:
      return undefined;
  }
}

function checkDeadline(
  value: Readonly<Record<string, unknown>>,
  kind: string,
  container: FoundContainer,
): readonly Remark[] {
  const annotations = deadlineOf(value, kind);
  const probe = mapAt(container.value, ['startupProbe']);
  if (annotations === undefined || Object.keys(probe).length === 0) return [];
  const text = valueAt(value, [...annotations, 'serving.knative.dev/progress-deadline']);
  const nanoseconds = typeof text === 'string' ? parseGoDuration(text) : undefined;
  const deadline = nanoseconds === undefined ? DEFAULT_DEADLINE_SECONDS : nanoseconds / 1e9;
  const budget = probeBudgetSeconds(probe);
  if (deadline >= budget) return [];
  return [
    {
      code: 'DEADLINE_TOO_SHORT',
      severity: 'warning',
      path: [...container.path, 'startupProbe'],
      isAboutKey: true,
      message: `Knative gives the revision up after ${deadline} s, before the startupProbe does after ${budget} s`,
      hint: `set serving.knative.dev/progress-deadline to at least ${budget}s in ${annotations.join('.')}`,
    },
  ];
}
