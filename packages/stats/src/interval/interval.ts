/** A confidence interval; both ends belong to it and have the unit of the estimate. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Nominal confidence, for example 0.95. */
  readonly level: number;
  readonly method:
    | 'order-statistic'
    | 't'
    | 'block-bootstrap'
    | 'bootstrap-percentile'
    | 'bootstrap-bca'
    | 'wilson'
    | 'clopper-pearson';
}
