import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ContractIssue } from './contract-error.ts';
import { didYouMean } from './did-you-mean.ts';
import type { DocumentTypes } from './document-types.ts';
import { type SchemaName, schemas } from './generated/schemas.ts';

export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly ContractIssue[] };

const compiled = new Map<SchemaName, ValidateFunction>();

function validatorOf(name: SchemaName): ValidateFunction {
  let validator = compiled.get(name);
  if (validator === undefined) {
    validator = new Ajv2020({
      allErrors: true,
      strict: true,
      strictRequired: false,
      strictTypes: false,
      verbose: true,
    }).compile(schemas[name]);
    compiled.set(name, validator);
  }
  return validator;
}

/** Checks a value against a document's schema; all issues at once, without places: those come from `parseDocument`. */
export function validate<K extends SchemaName>(name: K, value: unknown): Validation<DocumentTypes[K]> {
  const validator = validatorOf(name);
  if (validator(value)) return { ok: true, value: value as DocumentTypes[K] };
  return { ok: false, issues: toIssues(validator.errors ?? []) };
}

const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** A failed `oneOf` reports every branch; the branch whose constants fit is the one that was meant. */
function dropOtherBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'oneOf');
  return errors.filter((error) => {
    if (error.keyword === 'oneOf')
      return !errors.some((other) => other !== error && isInBestBranch(other, error, errors));
    const union = unions.find((candidate) => isInside(error, candidate));
    return union === undefined || isInBestBranch(error, union, errors);
  });
}

const branchPrefix = (union: ErrorObject): string => `${union.schemaPath}/`;
const branchOf = (error: ErrorObject, union: ErrorObject): string | undefined =>
  error.schemaPath.startsWith(branchPrefix(union))
    ? error.schemaPath.slice(branchPrefix(union).length).split('/')[0]
    : undefined;
const isInside = (error: ErrorObject, union: ErrorObject): boolean =>
  error !== union && error.instancePath.startsWith(union.instancePath) && branchOf(error, union) !== undefined;

function isInBestBranch(error: ErrorObject, union: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (!isInside(error, union)) return false;
  const branch = branchOf(error, union);
  return !errors.some(
    (other) =>
      isInside(other, union) &&
      branchOf(other, union) === branch &&
      (other.keyword === 'const' || (other.instancePath === union.instancePath && other.keyword === 'type')),
  );
}

function toIssues(errors: readonly ErrorObject[]): ContractIssue[] {
  const seen = new Set<string>();
  return dropOtherBranches(errors).flatMap((error) => {
    const issue = toIssue(error);
    const key = `${issue.pointer} ${issue.message}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [issue];
  });
}

const show = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const asText = (value: unknown): string =>
  Array.isArray(value) ? value.map((item) => show(item)).join(' or ') : String(value);

function toIssue(error: ErrorObject): ContractIssue {
  const { keyword, params, instancePath, data, parentSchema } = error;
  const issue = (message: string, details: Partial<ContractIssue> = {}): ContractIssue => ({
    file: undefined,
    line: undefined,
    column: undefined,
    pointer: instancePath,
    message,
    expected: undefined,
    got: undefined,
    hint: undefined,
    ...details,
  });
  switch (keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
      const near = didYouMean(key, known);
      const hint = near === undefined ? `known keys: ${known.join(', ')}` : `did you mean ${near}?`;
      return issue(`unknown key ${show(key)}`, { pointer: `${instancePath}/${escapePointer(key)}`, hint });
    }
    case 'required':
      return issue(`key ${show(params['missingProperty'])} is missing`);
    case 'type':
      return issue('wrong type', {
        expected: [params['type']].flat().join(' or '),
        got: `${typeName(data)} ${show(data)}`,
      });
    case 'enum': {
      const allowed = (params['allowedValues'] as unknown[]).map(String);
      const near = didYouMean(String(data), allowed);
      return issue('unknown value', {
        expected: asText(params['allowedValues']),
        got: show(data),
        hint: near && `did you mean ${near}?`,
      });
    }
    case 'const':
      return issue('unknown value', { expected: show(params['allowedValue']), got: show(data) });
    case 'oneOf':
      return issue('fits none of the allowed forms', { got: show(data) });
    case 'pattern':
      return issue('wrong form', { expected: `a match of ${String(params['pattern'])}`, got: show(data) });
    default:
      return issue('value out of range', {
        expected: (error.message ?? keyword).replace(/^must be /, ''),
        got: show(data),
      });
  }
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
