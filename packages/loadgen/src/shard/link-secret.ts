import { createHash } from 'node:crypto';
import { LoadgenError } from '../errors.ts';

const SHORTEST_TOKEN = 16;
/** Name under which both ends know the key; changes when the introduction does. */
export const LINK_IDENTITY = 'assay-load/1';

/** TLS 1.3 with the token as pre-shared key: who does not know it gets no further than the handshake, and nobody reads along. */
export const LINK_TLS = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  // Pre-shared keys of this kind go with SHA-256 alone (RFC 8446 §4.2.11).
  ciphers: 'TLS_AES_128_GCM_SHA256',
} as const;

/** @throws LoadgenError LINK_TOKEN_INVALID for a token that could be guessed */
export function linkKeyOf(token: string): Buffer {
  if (token.length < SHORTEST_TOKEN) {
    throw new LoadgenError('LINK_TOKEN_INVALID', `the token of a load has at least ${SHORTEST_TOKEN} characters`, {
      hint: 'openssl rand -hex 32 makes one',
    });
  }
  return createHash('sha256').update(token).digest();
}
