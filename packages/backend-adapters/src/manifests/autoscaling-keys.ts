import { ANY_TEXT, decimalNumber, duration, oneOf, type ValueCheck, wholeNumber } from './annotation-value.ts';

export const AUTOSCALING_DOMAIN = 'autoscaling.knative.dev';
export const KPA_CLASS: string = `kpa.${AUTOSCALING_DOMAIN}`;
export const HPA_CLASS: string = `hpa.${AUTOSCALING_DOMAIN}`;

/** A class of another domain belongs to an autoscaler that is not Knative's; one that begins like Knative's is a slip. */
const classValue: ValueCheck = (value) =>
  /^[kh]pa\b|\.knative\.dev$|^[^.]*$/.test(value) ? oneOf(KPA_CLASS, HPA_CLASS)(value) : undefined;

const upToAnHour = (isWholeSeconds: boolean): ValueCheck => duration(0, 3600, 'from 0s to 1h', { isWholeSeconds });

/**
 * What may stand behind `autoscaling.knative.dev/`, with the values that Knative's webhook accepts
 * (`pkg/apis/autoscaling/annotation_validation.go`). Knative ignores every other key without a word.
 */
export const AUTOSCALING_KEYS: ReadonlyMap<string, ValueCheck> = new Map([
  ['class', classValue],
  ['metric', ANY_TEXT],
  ['target', decimalNumber(0.01)],
  ['target-utilization-percentage', decimalNumber(1, 100)],
  ['min-scale', wholeNumber(0)],
  ['max-scale', wholeNumber(0)],
  ['initial-scale', wholeNumber(0)],
  ['activation-scale', wholeNumber(2)],
  ['scale-down-delay', upToAnHour(true)],
  ['window', duration(6, 3600, 'from 6s to 1h', { isWholeSeconds: true })],
  ['panic-window-percentage', decimalNumber(1, 100)],
  ['panic-threshold-percentage', decimalNumber(110, 1000)],
  ['scale-to-zero-pod-retention-period', upToAnHour(false)],
  ['target-burst-capacity', decimalNumber(0, Number.POSITIVE_INFINITY, -1)],
  ['metric-aggregation-algorithm', oneOf('linear', 'weighted-exponential', 'weightedExponential', '')],
]);

/** Second spellings that Knative still reads; the first one wins where both stand. */
export const OLD_AUTOSCALING_KEYS: ReadonlyMap<string, string> = new Map([
  ['minScale', 'min-scale'],
  ['maxScale', 'max-scale'],
  ['initialScale', 'initial-scale'],
  ['scaleDownDelay', 'scale-down-delay'],
  ['panicWindowPercentage', 'panic-window-percentage'],
  ['panicThresholdPercentage', 'panic-threshold-percentage'],
  ['scaleToZeroPodRetentionPeriod', 'scale-to-zero-pod-retention-period'],
  ['targetBurstCapacity', 'target-burst-capacity'],
  ['targetUtilizationPercentage', 'target-utilization-percentage'],
  ['metricAggregationAlgorithm', 'metric-aggregation-algorithm'],
]);

const CLUSTER_WIDE = 'there is no annotation for it: it is set for the whole cluster in config-autoscaler';

/** Keys that people write and that never did anything, without dashes and in small letters, and what helps. */
export const AUTOSCALING_MISTAKES: ReadonlyMap<string, string> = new Map([
  ['stablewindow', 'did you mean "window"?'],
  ['panicwindow', 'did you mean "panic-window-percentage"? it is a share of the window'],
  ['panicthreshold', 'did you mean "panic-threshold-percentage"?'],
  [
    'scaletozerograceperiod',
    `${CLUSTER_WIDE}; "scale-to-zero-pod-retention-period" keeps the last pod of one revision`,
  ],
  ['graceperiod', `${CLUSTER_WIDE}; "scale-to-zero-pod-retention-period" keeps the last pod of one revision`],
  ['enablescaletozero', `${CLUSTER_WIDE}; "min-scale" of 1 keeps one revision from zero`],
  ['maxscaleuprate', CLUSTER_WIDE],
  ['maxscaledownrate', CLUSTER_WIDE],
  ['maxscalelimit', CLUSTER_WIDE],
  ['allowzeroinitialscale', CLUSTER_WIDE],
  ['tickinterval', 'the autoscaler decides every 2 s, and nothing changes that'],
  ['minreplicas', 'did you mean "min-scale"?'],
  ['maxreplicas', 'did you mean "max-scale"?'],
  ['scaletarget', 'did you mean "target"?'],
  ['scalemetric', 'did you mean "metric"?'],
  ['targetconcurrency', 'did you mean "target"? "metric" names what it counts'],
  ['concurrencytarget', 'did you mean "target"? "metric" names what it counts'],
  ['containerconcurrency', 'it is a field, not an annotation: containerConcurrency of the revision or predictor'],
]);
