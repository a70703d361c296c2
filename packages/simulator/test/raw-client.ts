import { connect, type Socket } from 'node:net';

/** What came back on a connection of its own, and how it ended. */
export interface RawAnswer {
  readonly raw: string;
  readonly status: number | undefined;
  readonly head: string;
  /** Body without chunk framing. */
  readonly body: string;
  /** The framing of HTTP came to its end. */
  readonly isComplete: boolean;
  /** `quiet`: nothing came for the given time. */
  readonly end: 'complete' | 'fin' | 'reset' | 'quiet';
}

interface Framing {
  readonly body: string;
  readonly isComplete: boolean;
}

function dechunk(text: string): Framing {
  let body = '';
  let at = 0;
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at);
    if (lineEnd < 0) return { body, isComplete: false };
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (size === 0) return { body, isComplete: text.slice(lineEnd) === '\r\n\r\n' };
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 4 + size;
  }
}

function readFraming(raw: string): Framing & { readonly head: string } {
  const split = raw.indexOf('\r\n\r\n');
  if (split < 0) return { head: '', body: '', isComplete: false };
  const head = raw.slice(0, split);
  const rest = raw.slice(split + 4);
  if (/transfer-encoding: chunked/i.test(head)) return { head, ...dechunk(rest) };
  return { head, body: rest, isComplete: rest.length === Number(/content-length: (\d+)/i.exec(head)?.[1]) };
}

/** Sends one request on a new connection and reads until the answer is complete, the connection ends, or silence of `quietMs`. */
export function ask(
  target: { readonly host: string; readonly port: number },
  method: string,
  path: string,
  body?: unknown,
  options: { readonly headers?: string; readonly quietMs?: number; readonly onSocket?: (socket: Socket) => void } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: target.host, port: target.port, noDelay: true });
    options.onSocket?.(socket);
    const payload = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    let raw = '';
    let timer: NodeJS.Timeout | undefined;
    const finish = (end: RawAnswer['end']): void => {
      clearTimeout(timer);
      socket.removeAllListeners('data');
      socket.on('error', () => undefined);
      socket.destroy();
      const framing = readFraming(raw);
      const status = raw === '' ? undefined : Number(raw.slice(9, 12));
      resolve({ raw, status, ...framing, end: framing.isComplete ? 'complete' : end });
    };
    const watch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => finish('quiet'), options.quietMs ?? (method === 'HEAD' ? 100 : 2000));
    };
    watch();
    socket.write(
      `${method} ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n${options.headers ?? ''}\r\n${payload}`,
    );
    socket.on('data', (bytes) => {
      raw += bytes.toString('latin1');
      if (readFraming(raw).isComplete) finish('complete');
      else watch();
    });
    socket.on('end', () => finish('fin'));
    socket.on('error', () => finish('reset'));
  });
}

/** Data of the events of a stream's body, in order. */
export function eventsOf(body: string): string[] {
  return body
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
}

/** Names of keys at every depth, in order of appearance: the shape of a JSON document without its values. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  return Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]);
}
