import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { type DocumentTypes, type SchemaName, schemas } from './generated/schemas.ts';
import type { ContractIssue } from './issue.ts';
import { toIssues } from './to-issues.ts';

/** A value of the schema's type, or everything that is wrong with it. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ContractIssue[] };

let instance: Ajv2020 | undefined;
const compiled = new Map<SchemaName, ValidateFunction>();

/** `verbose` gives each error its schema and its value. Nothing is compiled before it is asked for. */
function validatorOf(name: SchemaName): ValidateFunction {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  instance ??= new Ajv2020({
    strict: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    verbose: true,
    discriminator: true,
    keywords: ['expected', 'tsType'],
  });
  const validator = instance.compile(schemas[name]);
  compiled.set(name, validator);
  return validator;
}

/** Checks a value against the schema of a document. The value is handed back as it is: no defaults, no coercion. */
export function validate<Name extends SchemaName>(name: Name, value: unknown): Validation<DocumentTypes[Name]> {
  const validator = validatorOf(name);
  if (isOf<Name>(validator, value)) return { ok: true, value };
  return { ok: false, issues: toIssues(validator.errors ?? []) };
}

function isOf<Name extends SchemaName>(validator: ValidateFunction, value: unknown): value is DocumentTypes[Name] {
  return validator(value) === true;
}
