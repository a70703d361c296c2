/** One address or several, in a list or with commas. */
export function parseTargets(value: unknown): readonly string[] | undefined {
  const texts = [value].flat().flatMap((each) => (typeof each === 'string' ? each.split(',') : [each]));
  const targets = texts.map(parseTarget).filter((target) => target !== undefined);
  return targets.length === texts.length ? targets : undefined;
}

/** An address without credentials, query and trailing `/v1`. */
function parseTarget(value: unknown): string | undefined {
  const url = parseAddress(value);
  if (url === undefined) return undefined;
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return `${url.origin}${path}`;
}

/** The address of a metrics page; one without a path has it at `/metrics`. */
export function parseMetricsUrl(value: unknown): string | undefined {
  const url = parseAddress(value);
  if (url === undefined) return undefined;
  return `${url.origin}${url.pathname === '/' ? '/metrics' : url.pathname}`;
}

/** An address that hides no credential. */
function parseAddress(value: unknown): URL | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') return undefined;
  const hasMore = url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '';
  return hasMore ? undefined : url;
}
