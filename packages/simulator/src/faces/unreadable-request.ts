import type { Connection } from '../http/connection.ts';
import { httpDate } from './http-date.ts';
import { respondWith } from './respond-with.ts';

const MESSAGE = 'Invalid HTTP request received.';

/**
 * uvicorn's answer to bytes that its parser (httptools) cannot read, whatever is wrong with them; seen on 0.54. No middleware of the
 * application has a say in it.
 */
export function refuseUnreadable(connection: Connection, wallSeconds: number): void {
  const date = `date: ${httpDate(Math.floor(wallSeconds))}\r\nserver: uvicorn\r\n`;
  const type = `content-type: text/plain; charset=utf-8\r\ncontent-length: ${MESSAGE.length}\r\nconnection: close\r\n`;
  respondWith(connection, `HTTP/1.1 400 Bad Request\r\n${date}${type}\r\n`, MESSAGE);
}
