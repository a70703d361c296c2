import { errorObject } from './tgi-refusal.ts';

const TYPES: Readonly<Record<number, string>> = {
  422: 'validation',
  424: 'generation',
  429: 'overloaded',
  503: 'healthcheck',
};

/** The body of a planned HTTP error. */
export function tgiFault(status: number): string {
  return errorObject({ message: `Planned fault: HTTP ${status}`, errorType: TYPES[status] ?? 'generation' });
}
