/** An address without credentials, query and trailing `/v1`. */
export function parseTarget(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return `${url.origin}${path}`;
}

const OBJECTIVE =
  /^[a-z][a-z0-9_]*(\.(mean|min|max|stddev|p50|p90|p95|p99|p99\.9|total|ratio|rate))?\s*(<=|>=|<|>)\s*\d*\.?\d+(ms|s|%)?$/;

export function parseSlos(value: unknown): readonly string[] | undefined {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const objectives = texts.map((text) => String(text).trim());
  return objectives.every((text) => OBJECTIVE.test(text)) ? objectives : undefined;
}
