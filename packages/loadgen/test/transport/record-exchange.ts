import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Exchange, Route, Transport, TransportFailureCode } from '../../src/transport/transport.ts';
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from './localhost-certificate.ts';

export const clock = { nowMs: (): number => performance.now() };

/** What a handler was told, in order. */
export interface RecordedExchange {
  readonly calls: readonly string[];
  readonly status: number | undefined;
  readonly headers: ReadonlyMap<string, string> | undefined;
  readonly body: string;
  readonly failure:
    | { readonly code: TransportFailureCode; readonly message: string; readonly wasResponseStarted: boolean }
    | undefined;
  readonly connectMs: number | undefined;
  /** When opening began, where it had to wait. */
  readonly connectAtMs: number | undefined;
  readonly route: Route | undefined;
  readonly times: readonly number[];
}

export interface SendOptions {
  readonly path?: string;
  readonly body?: string;
  /** Position in the schedule. */
  readonly index?: number;
  /** Called with the exchange when the body's first bytes come. */
  readonly onFirstBody?: (exchange: Exchange) => void;
  /** Resolve after this many ms without an end, for aborted exchanges. */
  readonly giveUpMs?: number;
}

/** Sends one POST and resolves when the exchange ended. */
export function exchangeOnce(transport: Transport, options: SendOptions = {}): Promise<RecordedExchange> {
  return new Promise((resolve) => {
    const calls: string[] = [];
    const times: number[] = [];
    const parts: Buffer[] = [];
    const seen: {
      status?: number;
      headers?: ReadonlyMap<string, string>;
      connectMs?: number;
      connectAtMs?: number | undefined;
      route?: Route;
    } = {};
    const finish = (failure?: RecordedExchange['failure']): void => {
      const body = Buffer.concat(parts).toString('latin1');
      const { status, headers, connectMs, connectAtMs, route } = seen;
      resolve({ calls, status, headers, body, failure, connectMs, connectAtMs, route, times });
    };
    const note = (call: string, atMs?: number): void => {
      if (calls.at(-1) !== call) calls.push(call);
      if (atMs !== undefined) times.push(atMs);
    };
    const encoded = {
      method: 'POST',
      path: options.path ?? '/v1/completions',
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(options.body ?? '{}'),
    } as const;
    const request = transport.prepare(encoded, options.index);
    const exchange = transport.send(request, {
      onRoute(route) {
        seen.route = route;
      },
      onConnect(connectMs, beganAtMs) {
        note('connect');
        seen.connectMs = connectMs;
        seen.connectAtMs = beganAtMs;
      },
      onSent: (atMs) => note('sent', atMs),
      onHeaders(status, headers, atMs) {
        note('headers', atMs);
        seen.status = status;
        seen.headers = headers;
      },
      onBody(bytes, start, end, atMs) {
        note('body', atMs);
        parts.push(Buffer.from(bytes.slice(start, end)));
        if (parts.length === 1) options.onFirstBody?.(exchange);
      },
      onComplete(atMs) {
        note('complete', atMs);
        finish();
      },
      onFailure(code, message, atMs, wasResponseStarted) {
        note('failure', atMs);
        finish({ code, message, wasResponseStarted });
      },
    });
    if (options.giveUpMs !== undefined) setTimeout(finish, options.giveUpMs);
  });
}

export interface RawServer {
  readonly origin: URL;
  readonly accepted: () => number;
  close(): Promise<void>;
}

/** Answers request number `index` on a connection by writing to its socket; `index` counts from 0 per connection. */
export type Answer = (socket: Socket, index: number, request: string) => void;

/** A server that sends what it is told, byte by byte, and knows nothing else of HTTP than where a small request ends. */
export async function startRawServer(answer: Answer, options: { readonly isTls?: boolean } = {}): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const onSocket = (socket: Socket): void => {
    accepted += 1;
    sockets.add(socket);
    let index = 0;
    let pending = '';
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (let request = takeRequest(pending); request !== undefined; request = takeRequest(pending)) {
        pending = pending.slice(request.length);
        answer(socket, index, request);
        index += 1;
      }
    });
  };
  const server: Server =
    options.isTls === true
      ? createTlsServer({ key: LOCALHOST_KEY, cert: LOCALHOST_CERTIFICATE }, onSocket)
      : createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: new URL(`${options.isTls === true ? 'https' : 'http'}://127.0.0.1:${port}`),
    accepted: () => accepted,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function takeRequest(text: string): string | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0);
  return text.length >= headEnd + 4 + length ? text.slice(0, headEnd + 4 + length) : undefined;
}
