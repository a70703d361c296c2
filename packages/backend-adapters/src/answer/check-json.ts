import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';

type Schema = Readonly<Record<string, unknown>>;

/** What a text is, held to a JSON Schema. */
export type JsonCheck =
  | { readonly state: 'valid' }
  | { readonly state: 'schema-invalid' | 'not-json'; readonly problem: string };

let instance: Ajv2020 | undefined;
/** Compiling takes milliseconds: once per schema, kept as long as the schema is. */
const compiled = new WeakMap<Schema, ValidateFunction | string>();

/**
 * Compiles a schema before it is needed. Returns what is wrong with it, `undefined` when nothing is. Schemas are read by draft 2020-12,
 * whatever their `$schema` says; formats are not checked.
 */
export function prepareSchema(schema: Schema): string | undefined {
  const validator = validatorOf(schema);
  return typeof validator === 'string' ? validator : undefined;
}

function validatorOf(schema: Schema): ValidateFunction | string {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const made = compile(schema);
  compiled.set(schema, made);
  return made;
}

function compile(schema: Schema): ValidateFunction | string {
  const { $schema: _dialect, $id: _id, ...rest } = schema;
  instance ??= new Ajv2020({ strict: false, validateFormats: false, logger: false });
  try {
    return instance.compile(rest);
  } catch (error: unknown) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a text is JSON, and JSON of the schema; without a schema any JSON object is valid. */
export function checkJson(text: string, schema: Schema | undefined): JsonCheck {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error: unknown) {
    return { state: 'not-json', problem: error instanceof Error ? error.message : 'not JSON' };
  }
  if (schema === undefined) {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { state: 'valid' } : { state: 'schema-invalid', problem: 'the JSON is no object' };
  }
  const validator = validatorOf(schema);
  if (typeof validator === 'string') return { state: 'schema-invalid', problem: `the schema is wrong: ${validator}` };
  return validator(value) ? { state: 'valid' } : { state: 'schema-invalid', problem: describe(validator.errors?.[0]) };
}

function describe(error: ErrorObject | undefined): string {
  return error === undefined ? 'does not match' : `${error.instancePath || '/'} ${error.message ?? error.keyword}`;
}
