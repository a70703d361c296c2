/** The ways in which servers, gateways and encoders write a secret down. */
export interface SecretForms {
  /** Written character by character: as it is, and escaped for JSON, URLs and HTML. */
  readonly spelled: readonly string[];
  /** Recoded as a whole: base64 of it alone and behind others (`user:key`), hexadecimal. */
  readonly recoded: readonly string[];
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
/** As Go's encoder writes it. */
const inCarefulJson = (text: string): string =>
  inJson(text).replaceAll(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
const inHtml = (text: string, quote: string, apostrophe: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', quote)
    .replaceAll("'", apostrophe);
const inPercents = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);

/** Every form of a secret, each once. */
export function formsOf(secret: string): SecretForms {
  const spelled = partsOf(secret).flatMap((text) => [
    text,
    inJson(text),
    inJson(inJson(text)),
    inCarefulJson(text),
    inJson(text).replaceAll('/', '\\/'),
    encodeURI(text),
    encodeURIComponent(text),
    inPercents(text),
    inPercents(text).replaceAll('%20', '+'),
    inPercents(inPercents(text)),
    inHtml(text, '&quot;', '&#39;'),
    inHtml(text, '&#34;', '&#x27;'),
  ]);
  return { spelled: [...new Set(spelled)], recoded: [...new Set(partsOf(secret).flatMap(recode))] };
}

/** A header's value, what stands behind its scheme, and what a Basic one says. */
function partsOf(secret: string): readonly string[] {
  const [, scheme, word] = /^(\w+)\s+(\S+)$/.exec(secret) ?? [];
  if (scheme === undefined || word === undefined) return [secret];
  if (scheme.toLowerCase() !== 'basic') return [secret, word];
  const decoded = Buffer.from(word, 'base64').toString();
  return [secret, word, decoded, decoded.slice(decoded.indexOf(':') + 1)];
}

function recode(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  // Three bytes make four characters, so what stands before shifts them in one of three ways; its own characters are left out.
  const base64 = [0, 1, 2].map((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return shifted.slice(before === 0 ? 0 : before + 1);
  });
  const urlSafe = base64.map((each) => each.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  return [...base64, ...urlSafe, bytes.toString('hex')];
}
