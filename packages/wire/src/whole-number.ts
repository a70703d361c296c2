/** A count as JSON writes it: a whole number that is not negative, else `undefined`. */
export const wholeNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** A duration as JSON writes it: a finite number that is not negative, else `undefined`. */
export const duration = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
