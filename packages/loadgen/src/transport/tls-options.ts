import type { TransportTarget } from './transport.ts';

/** What `node:tls` and undici both understand of a target's TLS settings. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The certificate of the server is verified unless the target says otherwise. */
export function tlsOptionsOf({ tls }: TransportTarget): TlsOptions {
  return {
    rejectUnauthorized: tls?.isVerified !== false,
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  };
}
