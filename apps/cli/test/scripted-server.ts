import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type Body = Readonly<Record<string, unknown>>;

/** Answers one request; `nth` counts the requests of its path from 0. */
type Script = (body: Body, response: ServerResponse, nth: number) => void;

export interface ScriptedServer {
  readonly target: string;
  /** Bodies in the order they came. */
  readonly bodies: readonly Body[];
}

/** A server that lists the model `m` and answers each path by a script. */
export async function startScripted(scripts: Readonly<Record<string, Script>>): Promise<ScriptedServer> {
  const bodies: Body[] = [];
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path === '/v1/models') {
      response.setHeader('content-type', 'application/json');
      response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
      return;
    }
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      const script = scripts[path];
      if (script === undefined) {
        response.statusCode = 404;
        response.end();
        return;
      }
      const body = JSON.parse(text) as Body;
      bodies.push(body);
      const nth = counts.get(path) ?? 0;
      counts.set(path, nth + 1);
      script(body, response, nth);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

export function sendJson(response: ServerResponse, body: Body): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

/** A chat stream of one choice: its deltas, the finish, usage, and the terminator. */
export function sendChat(response: ServerResponse, deltas: readonly Body[], finishReason = 'stop'): void {
  response.setHeader('content-type', 'text/event-stream');
  const chunk = (choice: Body): string => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
  for (const delta of deltas) response.write(chunk({ delta, finish_reason: null }));
  response.write(chunk({ delta: {}, finish_reason: finishReason }));
  const usage = { prompt_tokens: 5, completion_tokens: deltas.length + 1 };
  response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
}
