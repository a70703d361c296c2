/**
 * A refused value as an error may show it: messages end up in the logs of pipelines, so what may be a credential is left out. Of headers the names
 * are shown, of addresses neither user, password nor query.
 */
export function showValue(setting: string, value: unknown): string {
  if (setting === 'header') return showHeaders(value);
  // A repeatable flag that was given once.
  const shown: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const text = typeof shown === 'string' ? `"${shown}"` : (JSON.stringify(shown) ?? String(shown));
  return setting === 'target' ? text.replace(/\/\/[^/@]*@/g, '//…@').replace(/[?#][^"]*/g, '?…') : text;
}

function showHeaders(value: unknown): string {
  const texts = Array.isArray(value)
    ? value
    : typeof value === 'object' && value !== null
      ? Object.keys(value)
      : [value];
  return texts.map((text) => `"${nameOf(String(text))}: …"`).join(', ');
}

/** What stands before the colon; all of a text without one may be a value. */
function nameOf(text: string): string {
  const colon = text.indexOf(':');
  if (colon >= 0) return text.slice(0, colon);
  return /^[\w-]{1,40}$/.test(text) && !/\d{4}/.test(text) ? text : '…';
}
