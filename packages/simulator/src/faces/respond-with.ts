import type { Connection } from '../http/connection.ts';

/** Sends a complete answer under a head of the caller's own (status line, headers, empty line) and frees the connection. */
export function respondWith(connection: Connection, head: string, body: string | Uint8Array): void {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'utf8') : body;
  connection.write(head);
  if (bytes.length > 0) connection.writeBytes(bytes);
  connection.done();
}
