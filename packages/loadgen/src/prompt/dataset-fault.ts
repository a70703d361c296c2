import { LoadgenError } from '../errors.ts';

/** Throws `DATASET_INVALID` with the place of what is wrong. */
export type Fault = (message: string, hint?: string) => never;

/** A fault of one place of a file: `file:line` of JSONL (`file:line:column` where it is no JSON), `file:[n]` of a JSON list. */
export function faultAt(file: string, where: string): Fault {
  return (message, hint) => {
    throw new LoadgenError('DATASET_INVALID', `${file}:${where}: ${message}`, {
      details: { file },
      ...(hint === undefined ? {} : { hint }),
    });
  };
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
