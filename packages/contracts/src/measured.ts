import { ContractError } from './contract-error.ts';

/** A figure, or the reason why there is none. Nothing stands in for a missing figure: no 0, NaN or null. */
export type Measured<T = number> =
  | {
      readonly state: 'measured';
      readonly value: T;
      /** Observations behind the value. */
      readonly samples: number;
      /** Who measured, for example `client`. */
      readonly source: string;
    }
  | {
      readonly state: 'unavailable';
      /** Upper snake case, for example `TOO_FEW_SAMPLES`. */
      readonly reason: string;
    };

/**
 * A measured figure.
 *
 * @throws ContractError MEASUREMENT_INVALID for NaN, an infinity, or a sample count that is no whole number from 0.
 */
export function measured<T>(value: T, samples: number, source: string): Measured<T> {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ContractError('MEASUREMENT_INVALID', `${value} is not a figure`, {
      hint: 'say unavailable(reason) where there is no figure',
    });
  }
  if (!Number.isSafeInteger(samples) || samples < 0) {
    throw new ContractError('MEASUREMENT_INVALID', `${samples} is not a number of samples`);
  }
  return { state: 'measured', value, samples, source };
}

/**
 * A figure that there is not.
 *
 * @param reason Upper snake case, for example `TOO_FEW_SAMPLES`.
 * @throws ContractError MEASUREMENT_INVALID for a reason in another form.
 */
export function unavailable(reason: string): Measured<never> {
  if (!/^[A-Z][A-Z0-9_]*$/.test(reason)) {
    throw new ContractError('MEASUREMENT_INVALID', `${JSON.stringify(reason)} is not a reason code`, {
      hint: 'reasons are upper snake case, such as TOO_FEW_SAMPLES',
    });
  }
  return { state: 'unavailable', reason };
}

/** Applies a function to a measured value and keeps a missing one missing. */
export function mapMeasured<T, U>(value: Measured<T>, map: (value: T) => U): Measured<U> {
  return value.state === 'measured' ? measured(map(value.value), value.samples, value.source) : value;
}
