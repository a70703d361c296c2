import type { ResolvedOptions } from '../options.ts';
import { type Refusal, refuse, refuseSchema } from './refusal.ts';

/** The model that a body asks for: the served one where it names none. */
export function readModelName(body: Readonly<Record<string, unknown>>, options: ResolvedOptions): string | Refusal {
  const model = body['model'] ?? options.model;
  return typeof model === 'string'
    ? model
    : refuseSchema('string_type', 'body.model', 'Input should be a valid string', String(model));
}

/** A model that is not served here. */
export function refuseOtherModel(model: string, options: ResolvedOptions): Refusal | undefined {
  if (model === options.model) return undefined;
  const message = `The model \`${model}\` does not exist. Valid aliases: ${options.model}.`;
  return refuse(404, 'NotFoundError', message, 'model');
}
