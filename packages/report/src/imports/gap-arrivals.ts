/** Gaps in milliseconds as the arrivals of a record: a first read, then one token after each gap. */
export const gapArrivals = (gapsMs: readonly number[]): number[] => [
  0,
  1,
  ...gapsMs.flatMap((gapMs) => [Math.round(gapMs * 1000), 1]),
];
