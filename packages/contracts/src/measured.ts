/** A number that was measured, or the reason why there is none. No 0, NaN or null stands in for a missing number. */
export type Measured<T = number> =
  | { readonly state: 'measured'; readonly value: T; readonly samples: number; readonly source: string }
  | { readonly state: 'unavailable'; readonly reason: string };

/** A measured value with the number of samples behind it and who measured it. Throws `RangeError` for a number that is not finite. */
export function measured<T>(value: T, samples: number, source: string): Measured<T> {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`a measured number is finite, got ${value}`);
  return { state: 'measured', value, samples, source };
}

/** A missing value; `reason` is upper snake case, for example `TOO_FEW_SAMPLES`. */
export function unavailable(reason: string): { readonly state: 'unavailable'; readonly reason: string } {
  return { state: 'unavailable', reason };
}

/** Applies a function to a measured value and keeps a missing one missing. */
export function mapMeasured<T, U>(value: Measured<T>, map: (value: T) => U): Measured<U> {
  return value.state === 'measured' ? measured(map(value.value), value.samples, value.source) : value;
}
