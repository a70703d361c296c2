import { type ManifestMap, withoutAbsent } from './manifest-object.ts';
import type { KnativeScaling } from './plan.ts';

const DOMAIN = 'autoscaling.knative.dev';
const CLASSES = { kpa: `kpa.${DOMAIN}`, hpa: `hpa.${DOMAIN}` } as const;

const text = (value: number | undefined, unit = ''): string | undefined =>
  value === undefined ? undefined : `${value}${unit}`;

/** Annotations that Knative and KServe both pass on to a revision, in the order of Knative's documentation. */
function revisionKnobs(scaling: KnativeScaling): Readonly<Record<string, string | undefined>> {
  return {
    'target-utilization-percentage': text(scaling.targetUtilizationPercentage),
    'initial-scale': text(scaling.initialScale),
    'activation-scale': text(scaling.activationScale),
    'scale-down-delay': text(scaling.scaleDownDelaySeconds, 's'),
    window: text(scaling.windowSeconds, 's'),
    'panic-window-percentage': text(scaling.panicWindowPercentage),
    'panic-threshold-percentage': text(scaling.panicThresholdPercentage),
    'scale-to-zero-pod-retention-period': text(scaling.podRetentionSeconds, 's'),
    'target-burst-capacity': text(scaling.targetBurstCapacity),
  };
}

const annotations = (knobs: Readonly<Record<string, string | undefined>>): ManifestMap =>
  withoutAbsent(Object.fromEntries(Object.entries(knobs).map(([knob, value]) => [`${DOMAIN}/${knob}`, value])));

/** For `spec.template.metadata.annotations` of a Knative Service: everything. */
export function knativeAnnotations(scaling: KnativeScaling): ManifestMap {
  return annotations({
    class: CLASSES[scaling.class ?? 'kpa'],
    metric: scaling.metric,
    target: text(scaling.target),
    'min-scale': text(scaling.minScale),
    'max-scale': text(scaling.maxScale),
    ...revisionKnobs(scaling),
  });
}

/**
 * For `metadata.annotations` of an InferenceService, which KServe copies to the revision template. Not among them are
 * min-scale and max-scale, which KServe drops and writes itself out of `minReplicas` and `maxReplicas`, and what
 * `scaleMetric` and `scaleTarget` say.
 */
export function kserveAnnotations(scaling: KnativeScaling): ManifestMap {
  return annotations({
    class: CLASSES[scaling.class ?? 'kpa'],
    target: Number.isInteger(scaling.target) ? undefined : text(scaling.target),
    ...revisionKnobs(scaling),
  });
}

/** The fields of an InferenceService's predictor that KServe turns into annotations of the revision. */
export function predictorScaling(scaling: KnativeScaling): ManifestMap {
  return withoutAbsent({
    minReplicas: scaling.minScale,
    maxReplicas: scaling.maxScale,
    scaleMetric: scaling.metric,
    scaleTarget: Number.isInteger(scaling.target) ? scaling.target : undefined,
  });
}
