import { WireError } from '../wire-error.ts';

const POWERS_OF_TWO = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const POWERS_OF_TEN: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const FORM = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([eE])([+-]?\d+)|([KMGTPE]i|[numkMGTPE])?)$/;

/**
 * Reads a Kubernetes quantity (`resource.Quantity`): `500m`, `2Gi`, `1e3`, `0.5`. The result is in the unit without a suffix:
 * cores, bytes or pieces. Throws `WireError` (`QUANTITY_INVALID`).
 */
export function parseQuantity(text: string): number {
  const [, sign, digits, isExponent, exponent, suffix = ''] = FORM.exec(text) ?? [];
  const number =
    digits === undefined
      ? undefined
      : isExponent === undefined
        ? scale(digits, suffix)
        : Number(`${digits}e${exponent}`);
  if (number === undefined || !Number.isFinite(number))
    throw new WireError(
      'QUANTITY_INVALID',
      `${JSON.stringify(text)} is no Kubernetes quantity, such as 500m, 2Gi or 1e3`,
    );
  return sign === '-' ? -number : number;
}

function scale(digits: string, suffix: string): number {
  const power = POWERS_OF_TWO.indexOf(suffix);
  // A decimal suffix is written as an exponent: multiplying by 1e-9 would round.
  return power >= 0 ? Number(digits) * 1024 ** (power + 1) : Number(`${digits}e${POWERS_OF_TEN[suffix] ?? 0}`);
}
