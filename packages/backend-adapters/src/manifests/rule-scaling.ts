import { annotationMaps, groupKind } from './annotation-role.ts';
import { AUTOSCALING_DOMAIN, HPA_CLASS, KPA_CLASS, OLD_AUTOSCALING_KEYS } from './autoscaling-keys.ts';
import type { Remark, Rule } from './lint-report.ts';
import { isMap, mapAt, type Path, valueAt } from './pointer.ts';

/** An annotation that holds, and where it stands. */
interface Knob {
  readonly value: string;
  readonly path: Path;
}

type Knobs = ReadonlyMap<string, Knob>;

/** Scaling annotations by their new names; where both spellings stand the new one holds, as Knative decides it. */
function knobsOf(entries: readonly (readonly [string, unknown])[], path: Path): Knobs {
  const knobs = new Map<string, Knob>();
  for (const isOld of [true, false]) {
    for (const [fullKey, value] of entries) {
      if (!fullKey.startsWith(`${AUTOSCALING_DOMAIN}/`) || typeof value !== 'string') continue;
      const key = fullKey.slice(AUTOSCALING_DOMAIN.length + 1);
      const newKey = OLD_AUTOSCALING_KEYS.get(key);
      if (isOld === (newKey !== undefined)) knobs.set(newKey ?? key, { value, path: [...path, fullKey] });
    }
  }
  return knobs;
}

const wholeOf = (text: unknown): number | undefined =>
  /^[+-]?\d+$/.test(String(text ?? '')) ? Number(text) : undefined;

/** Annotations that are right one by one and not together. */
export const checkScaling: Rule = ({ value }) => {
  const maps = annotationMaps(value).filter(({ part }) => part === 'annotations');
  return [
    ...maps
      .filter(({ role }) => role === 'revision')
      .flatMap(({ entries, path }) => checkRevision(knobsOf(entries, path))),
    ...(groupKind(value) === 'serving.kserve.io InferenceService' ? checkInferenceService(value) : []),
  ];
};

function checkRevision(knobs: Knobs): readonly Remark[] {
  const max = knobs.get('max-scale');
  const bounds = {
    min: wholeOf(knobs.get('min-scale')?.value) ?? 0,
    max: wholeOf(max?.value) ?? 0,
    names: ['min-scale', 'max-scale'] as const,
  };
  return [...checkBounds(knobs, bounds, max?.path), ...checkMetric(knobs), ...checkInitialScale(knobs)];
}

interface Bounds {
  readonly min: number;
  /** 0 is no bound. */
  readonly max: number;
  readonly names: readonly [string, string];
}

function checkBounds(knobs: Knobs, { min, max, names }: Bounds, maxPath: Path | undefined): readonly Remark[] {
  const remarks: Remark[] = [];
  const contradiction = (path: Path, message: string): Remark => ({
    code: 'SCALE_CONTRADICTION',
    severity: 'error',
    path,
    message,
  });
  if (max !== 0 && max < min && maxPath !== undefined) {
    remarks.push(contradiction(maxPath, `${names[1]} ${max} is less than ${names[0]} ${min}`));
  }
  const activation = knobs.get('activation-scale');
  const scale = wholeOf(activation?.value);
  if (activation !== undefined && scale !== undefined) {
    if (scale < min)
      remarks.push(contradiction(activation.path, `activation-scale ${scale} is less than ${names[0]} ${min}`));
    if (max !== 0 && scale > max) {
      remarks.push(contradiction(activation.path, `activation-scale ${scale} is more than ${names[1]} ${max}`));
    }
  }
  return remarks;
}

function checkMetric(knobs: Knobs): readonly Remark[] {
  const metric = knobs.get('metric');
  const scaler = knobs.get('class')?.value ?? KPA_CLASS;
  if (metric === undefined || (scaler !== KPA_CLASS && scaler !== HPA_CLASS)) return [];
  const isAccepted = scaler === HPA_CLASS ? metric.value !== '' : ['concurrency', 'rps'].includes(metric.value);
  if (isAccepted) return [];
  const message = `${AUTOSCALING_DOMAIN}/metric is ${JSON.stringify(metric.value)}, expected concurrency or rps`;
  const hint = ['cpu', 'memory'].includes(metric.value) ? `it needs the class ${HPA_CLASS}` : undefined;
  return [{ code: 'ANNOTATION_VALUE', severity: 'error', path: metric.path, message, hint }];
}

function checkInitialScale(knobs: Knobs): readonly Remark[] {
  const initial = knobs.get('initial-scale');
  if (initial === undefined || wholeOf(initial.value) !== 0) return [];
  const message = 'an initial-scale of 0 is refused unless the cluster allows it';
  const hint = 'see allow-zero-initial-scale in config-autoscaler';
  return [{ code: 'ANNOTATION_VALUE', severity: 'warning', path: initial.path, message, hint }];
}

/** What KServe overwrites: `knative/ksvc_reconciler.go` and its `SetAutoScalingAnnotations`. */
const OVERWRITTEN: readonly (readonly [string, string])[] = [
  ['target', 'scaleTarget'],
  ['metric', 'scaleMetric'],
];

const COMPONENTS = ['predictor', 'transformer', 'explainer'] as const;

function checkInferenceService(value: Readonly<Record<string, unknown>>): readonly Remark[] {
  const mode = valueAt(value, ['metadata', 'annotations', 'serving.kserve.io/deploymentMode']);
  const knobsAt = (path: Path): Knobs => knobsOf(Object.entries(mapAt(value, path)), path);
  const common = knobsAt(['metadata', 'annotations']);
  const remarks = COMPONENTS.filter((component) => isMap(valueAt(value, ['spec', component]))).flatMap((component) => {
    // KServe lays the annotations of a component over those of the service.
    const knobs = new Map([...common, ...knobsAt(['spec', component, 'annotations'])]);
    if (mode !== 'Standard' && mode !== 'RawDeployment') return checkComponent(value, component, knobs);
    return [...knobs.values()].map(({ path }) =>
      ignored(path, `no Knative autoscaler in the mode ${mode}`, 'leave it out, or take the mode Knative'),
    );
  });
  return [...new Map(remarks.map((remark) => [`${remark.message} ${remark.path.join('/')}`, remark])).values()];
}

function checkComponent(
  value: Readonly<Record<string, unknown>>,
  component: (typeof COMPONENTS)[number],
  knobs: Knobs,
): readonly Remark[] {
  const fields = mapAt(value, ['spec', component]);
  const remarks: Remark[] = [];
  for (const key of ['min-scale', 'max-scale']) {
    const knob = knobs.get(key);
    const field = key === 'min-scale' ? 'minReplicas' : 'maxReplicas';
    if (knob !== undefined) {
      remarks.push(ignored(knob.path, `KServe drops ${key} and writes its own`, `write spec.${component}.${field}`));
    }
  }
  for (const [key, field] of OVERWRITTEN) {
    const knob = knobs.get(key);
    if (knob !== undefined && fields[field] !== undefined) {
      remarks.push(ignored(knob.path, `spec.${component}.${field} wins over it`, 'leave one of them out'));
    }
  }
  const bounds = {
    min: wholeOf(fields['minReplicas']) ?? 1,
    max: wholeOf(fields['maxReplicas']) ?? 0,
    names: ['minReplicas', 'maxReplicas'] as const,
  };
  const maxPath = ['spec', component, 'maxReplicas'];
  return [...remarks, ...checkBounds(knobs, bounds, maxPath), ...checkMetric(knobs), ...checkInitialScale(knobs)];
}

function ignored(path: Path, message: string, hint: string): Remark {
  return { code: 'ANNOTATION_IGNORED', severity: 'error', path, isAboutKey: true, message, hint };
}
