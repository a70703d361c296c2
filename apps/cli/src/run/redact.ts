import type { RecordSink } from '@assay/loadgen';
import { isOwnWord } from './own-words.ts';
import { createSecretSearch } from './secret-search.ts';

/** Writes a mask in place of secrets: servers and gateways quote the credentials that they are sent. */
export interface Redact {
  /** Of a text to be written. JSON, in one piece or line by line, stays JSON: its strings are masked. */
  text(text: string): string;
  /** Of a document of plain JSON; the words that its format fixes stay. */
  document<T>(document: T): T;
}

/** The mask for some secrets; see `createSecretSearch` for what counts as one of them. */
export function createRedact(secrets: readonly string[]): Redact {
  const mask = createSecretSearch(secrets.filter((secret) => secret !== ''));
  const maskString = (text: string): string => {
    const masked = mask(text);
    return masked !== text && isOwnWord(text) ? text : masked;
  };
  const maskValue = (value: unknown): unknown => {
    if (typeof value === 'string') return maskString(value);
    if (Array.isArray(value)) return value.map(maskValue);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [maskString(key), maskValue(inner)]));
  };
  const maskJson = (text: string): string | undefined => {
    const document = parseObject(text);
    return document === undefined ? undefined : printLike(text, maskValue(document));
  };
  return {
    document: <T>(document: T): T => maskValue(document) as T,
    text: (text) => {
      if (mask(text) === text) return text;
      return maskJson(text) ?? text.replaceAll(/.+/g, (line) => maskJson(line) ?? mask(line));
    },
  };
}

function parseObject(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined; // a line of text, or several lines of JSON
  }
}

/** A document with the indentation and the end of the text that it was read from. */
function printLike(text: string, document: unknown): string {
  const [, indentation = ''] = /^[[{]\n( +)/.exec(text) ?? [];
  return JSON.stringify(document, null, indentation.length) + text.slice(text.trimEnd().length);
}

/** The same sink without secrets. */
export function withoutSecrets(sink: RecordSink, redact: Redact): RecordSink {
  return {
    write: (text) => sink.write(redact.text(text)),
    onFailure: (listener) => sink.onFailure(listener),
    close: () => sink.close(),
  };
}
