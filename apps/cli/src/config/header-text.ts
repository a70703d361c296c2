/** Where a secret value is read from; it is never written anywhere itself. */
export type SecretPlace = { readonly fromEnv: string } | { readonly fromFile: string };

/** A header's value as the configuration holds it. */
export type HeaderValue = string | SecretPlace;

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'api-key',
]);
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\t\x20-\x7e]*)$/;
const PLACE = /^\{\s*(fromEnv|fromFile)\s*:\s*([^\s}]+)\s*\}$/;

export const isSecretPlace = (value: HeaderValue): value is SecretPlace => typeof value === 'object';

/** A profile writes a map of names, a flag `name:value`, once or several times. */
function headerTexts(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).map(([name, text]) => `${name}:${placeText(text) ?? String(text)}`);
}

function placeText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [[key, place] = []] = Object.entries(value);
  return `{${key}: ${String(place)}}`;
}

/**
 * Headers from `name:value` texts. A credential in plain text is refused because the configuration is written to disk;
 * `name:{fromEnv: VARIABLE}` and `name:{fromFile: FILE}` say where it is read from instead.
 */
export function parseHeaders(value: unknown): Readonly<Record<string, HeaderValue>> | undefined {
  const headers: Record<string, HeaderValue> = {};
  for (const text of headerTexts(value)) {
    const [, written, content = ''] = HEADER.exec(String(text)) ?? [];
    const name = written?.toLowerCase();
    if (name === undefined) return undefined;
    const [, kind, place] = PLACE.exec(content) ?? [];
    if (place !== undefined) headers[name] = kind === 'fromEnv' ? { fromEnv: place } : { fromFile: place };
    else if (CREDENTIAL_HEADERS.has(name)) return undefined;
    else headers[name] = content;
  }
  return headers;
}
