import { quantile } from '../experiments/truth.ts';
import type { Figure } from './rows/row.ts';

/** Values of one figure by client, one for each round. */
export type Values = ReadonlyMap<string, readonly (number | string | undefined)[]>;

/** The median, with the range in brackets where rounds differ; words as they are. */
export function toCell(values: readonly (number | string | undefined)[], digits = 2): string {
  const words = values.filter((value) => typeof value === 'string');
  if (words.length > 0) return [...new Set(words)].join(' / ');
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  if (numbers.length === 0) return '–';
  const median = quantile(numbers, 0.5).toFixed(digits);
  const missing =
    values.length > numbers.length ? `, ${values.length - numbers.length} of ${values.length} missing` : '';
  if (numbers.length === 1) return `${median}${missing}`;
  return `${median} (${Math.min(...numbers).toFixed(digits)}…${Math.max(...numbers).toFixed(digits)}${missing})`;
}

export function headOf(clients: readonly string[]): string {
  return `| figure | ${clients.join(' | ')} |\n|---|${clients.map(() => '---|').join('')}`;
}

export function lineOf({ name, digits }: Figure, clients: readonly string[], values: Values): string {
  return `| ${name} | ${clients.map((client) => toCell(values.get(client) ?? [], digits)).join(' | ')} |`;
}
