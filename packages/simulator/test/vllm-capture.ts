import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/engines/vllm-0.32.0/', import.meta.url));

/** Whether the recordings of the real server are there; they are not part of the repository. */
export const HAS_CAPTURES: boolean = existsSync(FOLDER);

/** What the real server sent, head and dechunked body. */
export function captured(name: string): { readonly head: string; readonly body: string } {
  const raw = readFileSync(`${FOLDER}${name}.response.raw`);
  const split = raw.indexOf('\r\n\r\n');
  const head = raw.toString('latin1', 0, split);
  let rest = raw.subarray(split + 4);
  if (!/transfer-encoding: chunked/.test(head)) return { head, body: rest.toString() };
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.toString('latin1', 0, lineEnd), 16);
    if (!(size > 0)) return { head, body: Buffer.concat(parts).toString() };
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    rest = rest.subarray(lineEnd + 4 + size);
  }
}
