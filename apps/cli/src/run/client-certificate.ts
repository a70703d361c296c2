import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { CliError } from '../cli-error.ts';

interface PemFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Refuses a certificate and a key of a client that no server would take. Left to the handshake, it looks as if the server were at fault.
 *
 * @throws CliError CONFIG_FILE_UNREADABLE, CONFIG_CONFLICT
 */
export function checkClientCertificate(certificate: PemFile, key: PemFile): void {
  const found = parse(certificate, '--cert-file', 'PEM certificate', (text) => new X509Certificate(text));
  // The reason says nothing of the key itself.
  const secret = parse(key, '--key-file', 'PEM key without a passphrase', (text): KeyObject => createPrivateKey(text));
  if (found.checkPrivateKey(secret)) return;
  throw new CliError(
    'CONFIG_CONFLICT',
    `the key in ${key.path} (--key-file) is not that of the certificate in ${certificate.path} (--cert-file)`,
    { hint: `the certificate is for ${found.subject.replaceAll('\n', ', ')}; take the key that it was made with` },
  );
}

function parse<T>({ path, text }: PemFile, flag: string, what: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (cause: unknown) {
    throw new CliError('CONFIG_FILE_UNREADABLE', `${flag}: ${path} holds no ${what}`, {
      cause,
      hint: 'a PEM file begins with -----BEGIN …-----; openssl can convert others',
    });
  }
}
