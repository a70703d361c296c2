import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/engines/', import.meta.url));

/** What a real server sent: head as it came, names of its headers in order, body without chunks. */
export interface CapturedAnswer {
  readonly head: string;
  readonly body: string;
}

/** The recordings of one server, which are not part of the repository; `undefined` where they are absent. */
export function capturesOf(folder: string): ((name: string) => CapturedAnswer) | undefined {
  if (!existsSync(`${FOLDER}${folder}`)) return undefined;
  return (name) => {
    const raw = readFileSync(`${FOLDER}${folder}/${name}.response.raw`);
    const split = raw.indexOf('\r\n\r\n');
    const head = raw.toString('latin1', 0, split);
    const rest = raw.subarray(split + 4);
    return { head, body: /transfer-encoding: chunked/i.test(head) ? dechunk(rest) : rest.toString() };
  };
}

/** Status line and header names, in order and as they are written; what stands behind `Content-Type` too. */
export function headShapeOf(head: string): readonly string[] {
  return head
    .split('\r\n')
    .map((line, at) => (at === 0 || /^content-type:/i.test(line) ? line : line.replace(/:.*/, '')));
}

function dechunk(bytes: Buffer): string {
  const parts: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.toString('latin1', 0, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts).toString();
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 4 + size);
  }
}
