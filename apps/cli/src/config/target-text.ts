/** An address without credentials, query and trailing `/v1`. */
export function parseTarget(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return `${url.origin}${path}`;
}

const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-api-key',
  'api-key',
]);

/** A profile writes a map of names, a flag `name:value`, once or several times. */
function headerTexts(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return [value];
  return Object.entries(value).map(([name, text]) => `${name}:${String(text)}`);
}

/** Headers from `name:value` texts; a credential is refused because the configuration is written to disk. */
export function parseHeaders(value: unknown): Readonly<Record<string, string>> | undefined {
  const texts = headerTexts(value);
  const headers: Record<string, string> = {};
  for (const text of texts) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\t\x20-\x7e]*)$/.exec(String(text));
    const name = match?.[1]?.toLowerCase();
    if (name === undefined || CREDENTIAL_HEADERS.has(name)) return undefined;
    headers[name] = match?.[2] ?? '';
  }
  return headers;
}

const OBJECTIVE =
  /^[a-z][a-z0-9_]*(\.(mean|min|max|stddev|p50|p90|p95|p99|p99\.9|total|ratio|rate))?\s*(<=|>=|<|>)\s*\d*\.?\d+(ms|s|%)?$/;

export function parseSlos(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const objectives = texts.map((text) => String(text).trim());
  return objectives.every((text) => OBJECTIVE.test(text)) ? objectives : undefined;
}
