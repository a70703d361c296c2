import { didYouMean, fromPointer, TYPE_NAMES } from '@assay/contracts';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Remark } from './lint-report.ts';
import { isMap, type Path } from './pointer.ts';

const MANY_FIELDS = 12;

/** What ajv found, as remarks. Each place is named once for each thing that is wrong with it. */
export function toRemarks(errors: readonly ErrorObject[]): readonly Remark[] {
  const remarks = new Map<string, Remark>();
  for (const error of errors) {
    const remark = toRemark(error);
    remarks.set(`${remark.code} ${error.instancePath} ${remark.message}`, remark);
  }
  return [...remarks.values()];
}

function toRemark(error: ErrorObject): Remark {
  const path: Path = fromPointer(error.instancePath);
  const params: Readonly<Record<string, unknown>> = error.params;
  const field = (code: Remark['code'], message: string, hint?: string): Remark => ({
    code,
    severity: 'error',
    path,
    message,
    hint,
  });
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownField(error, path, String(params['additionalProperty']));
    case 'required':
      return field('FIELD_MISSING', `the field ${JSON.stringify(params['missingProperty'])} is missing`);
    case 'type':
      return field('FIELD_TYPE', `${describe(error.data)}, expected ${typeNames(params['type'])}`, typeHint(error));
    case 'enum': {
      const allowed = [params['allowedValues']].flat().map(String);
      const meant = typeof error.data === 'string' ? didYouMean(error.data, allowed) : undefined;
      const hint = meant === undefined ? undefined : `did you mean ${JSON.stringify(meant)}?`;
      return field('FIELD_VALUE', `${describe(error.data)}, expected one of ${allowed.join(', ')}`, hint);
    }
    case 'pattern':
      return field(
        'FIELD_VALUE',
        `${describe(error.data)} is not in the right form`,
        `it must match ${String(params['pattern'])}`,
      );
    case 'listMapKeys':
      return field('FIELD_VALUE', 'two items of the list have the same key', `the key is ${String(params['keys'])}`);
    default:
      return field('FIELD_VALUE', `${describe(error.data)} ${error.message ?? `breaks the rule ${error.keyword}`}`);
  }
}

function unknownField(error: ErrorObject, parent: Path, key: string): Remark {
  const properties: unknown = error.parentSchema?.['properties'];
  const known = isMap(properties) ? Object.keys(properties) : [];
  const meant = didYouMean(key, known);
  const list = known.length > 0 && known.length <= MANY_FIELDS ? `known fields: ${known.join(', ')}` : undefined;
  return {
    code: 'FIELD_UNKNOWN',
    severity: 'error',
    path: [...parent, key],
    isAboutKey: true,
    message: `there is no field ${JSON.stringify(key)}`,
    hint: meant === undefined ? list : `did you mean ${JSON.stringify(meant)}?`,
  };
}

const typeNames = (types: unknown): string =>
  [types]
    .flat()
    .map((type) => TYPE_NAMES[String(type)] ?? String(type))
    .join(' or ');

function typeHint(error: ErrorObject): string | undefined {
  const types = [error.params['type']].flat().map(String);
  if (typeof error.data === 'number' || typeof error.data === 'boolean') {
    return types.includes('string') ? 'write it in quotes' : undefined;
  }
  const isNumber = typeof error.data === 'string' && /^-?\d+$/.test(error.data);
  return isNumber && types.includes('integer') ? 'write it without quotes' : undefined;
}

const SHOWN_LENGTH = 60;

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
