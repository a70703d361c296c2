import type { HttpRequest } from '../../http/request-parser.ts';
import { notJson, type TgiRefusal, wrongType } from './tgi-refusal.ts';

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A body as the router's JSON layer takes it: the text tells places of errors. */
export interface JsonBody {
  readonly fields: Fields;
  readonly text: string;
}

/** Reads a body; only `application/json` is looked at. */
export function readJsonBody(http: HttpRequest): JsonBody | TgiRefusal {
  const type = http.headers.get('content-type') ?? '';
  if (!/^application\/(?:[^;]*\+)?json\b/.test(type))
    return { kind: 'text', status: 415, text: 'Expected request with `Content-Type: application/json`' };
  const text = http.body.toString('utf8');
  try {
    const fields: unknown = JSON.parse(text);
    return isFields(fields) ? { fields, text } : wrongType('invalid type, expected struct at line 1 column 1');
  } catch {
    // Only the fact and the place matter: the message of the parser is not the router's.
    return notJson(`EOF while parsing a value at line 1 column ${text.length}`);
  }
}

/** `line 1 column N` after a value, or at the end of the body. */
export function placeOf(text: string, name?: string): string {
  const match = name === undefined ? null : new RegExp(`"${name}"\\s*:\\s*[^,}\\]]*`).exec(text);
  return `at line 1 column ${match === null ? text.length : match.index + match[0].length}`;
}

/** An unsigned number; `undefined` where it is missing or null. */
export function readUnsigned(
  { text }: JsonBody,
  fields: Fields,
  name: string,
  path: string = name,
): number | undefined | TgiRefusal {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  const isNumber = typeof value === 'number' && Number.isInteger(value);
  const what = isNumber ? `invalid value: integer \`${value}\`` : `invalid type: ${typeName(value)}`;
  return wrongType(`${path}: ${what}, expected u32 ${placeOf(text, name)}`);
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if (typeof value === 'number') return `floating point \`${value}\``;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  return Array.isArray(value) ? 'sequence' : 'map';
}

export function missingField({ text }: JsonBody, name: string): TgiRefusal {
  return wrongType(`missing field \`${name}\` ${placeOf(text)}`);
}
