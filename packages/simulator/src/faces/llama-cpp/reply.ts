import type { Connection } from '../../http/connection.ts';
import { respondWith } from '../respond-with.ts';
import { bodyHead, JSON_TYPE } from './llama-cpp-head.ts';

/** A whole answer; errors end their connection. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly isClosing: boolean;
}

export function replyWith(connection: Connection, { status, contentType, body, isClosing }: Reply): void {
  const isLast = isClosing || status >= 400;
  if (isLast) connection.endAfterAnswer();
  const type = contentType === 'application/json' ? JSON_TYPE : contentType;
  respondWith(connection, bodyHead(status, Buffer.byteLength(body), { contentType: type, isClosing: isLast }), body);
}
