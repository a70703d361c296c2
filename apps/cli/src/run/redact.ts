import type { RecordSink } from '@assay/loadgen';

/** Shorter runs of characters are no secret, and a long secret is recognised by as many of its first ones. */
const MIN_LENGTH = 8;
const MASK = '[secret]';

/** Writes a mask in place of secrets. */
export type Redact = (text: string) => string;

/**
 * Creates the function that keeps secrets out of what is written: servers and gateways quote the credentials they refuse. A secret that is cut off counts
 * as well, from its eighth character on; one of fewer characters is masked as a whole only.
 */
export function createRedact(secrets: readonly string[]): Redact {
  // In JSON a quote or a backslash of a secret is escaped.
  const forms = new Set(secrets.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  forms.delete('');
  if (forms.size === 0) return (text) => text;
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  // Whole secrets go first: a form that is only begun may be another form of the same secret.
  return (text) => longestFirst.reduce(maskBegun, longestFirst.reduce(maskWhole, text));
}

const maskWhole = (text: string, secret: string): string => text.replaceAll(secret, MASK);

function maskBegun(text: string, secret: string): string {
  const start = secret.slice(0, MIN_LENGTH);
  let at = text.indexOf(start);
  if (at < 0) return text;
  let masked = '';
  let from = 0;
  for (; at >= 0; at = text.indexOf(start, from)) {
    let length = start.length;
    while (length < secret.length && text[at + length] === secret[length]) length++;
    masked += text.slice(from, at) + MASK;
    from = at + length;
  }
  return masked + text.slice(from);
}

/** The same sink without secrets. */
export function withoutSecrets(sink: RecordSink, redact: Redact): RecordSink {
  return {
    write: (text) => sink.write(redact(text)),
    onFailure: (listener) => sink.onFailure(listener),
    close: () => sink.close(),
  };
}
