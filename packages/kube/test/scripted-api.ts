import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { onTestFinished } from 'vitest';
import { type Cluster, connectCluster } from '../src/index.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly type: string | undefined;
  readonly body: unknown;
}

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** Answers a request, or leaves it to the defaults. */
type Script = (asked: Asked) => Answer | undefined;

export interface ScriptedApi {
  readonly cluster: Cluster;
  readonly asked: readonly Asked[];
  /** Pods that a list gives. */
  pods: V1Pod[];
  /** Tells all that watch. */
  change(type: string, pod: V1Pod): void;
  /** Ends all watches. */
  endWatches(): void;
}

/** A server that speaks as much of the Kubernetes API as a load asks for. */
export async function startApi(script: Script = () => undefined): Promise<ScriptedApi> {
  const asked: Asked[] = [];
  const watches = new Set<ServerResponse>();
  const api = { pods: [] as V1Pod[] };
  const answerTo = (request: Asked): Answer => {
    const scripted = script(request);
    if (scripted !== undefined) return scripted;
    if (request.path.endsWith('/selfsubjectaccessreviews')) return { status: 201, body: { status: { allowed: true } } };
    if (request.path.endsWith('/pods'))
      return { body: { kind: 'PodList', metadata: { resourceVersion: '7' }, items: api.pods } };
    if (request.path.endsWith('/log')) return { body: 'last words' };
    return { status: request.method === 'POST' ? 201 : 200, body: { kind: 'Job', metadata: { uid: 'uid-1' } } };
  };
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '', 'http://x');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const type = request.headers['content-type'];
    const one: Asked = { method: request.method ?? '', path: url.pathname, query: url.searchParams, type, body };
    asked.push(one);
    if (url.searchParams.get('watch') === 'true') {
      response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
      watches.add(response);
      return;
    }
    const answer = answerTo(one);
    const isText = typeof answer.body === 'string';
    response.writeHead(answer.status ?? 200, { 'content-type': isText ? 'text/plain' : 'application/json' });
    response.end(isText ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'assay-kube-'));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const path = join(folder, 'kubeconfig');
  writeFileSync(path, kubeconfig(`http://127.0.0.1:${port}`));
  return Object.assign(api, {
    cluster: connectCluster({ kind: 'file', path }),
    asked,
    change: (type: string, object: V1Pod) => {
      for (const watch of watches) watch.write(`${JSON.stringify({ type, object })}\n`);
    },
    endWatches: () => {
      for (const watch of watches) watch.end();
      watches.clear();
    },
  });
}

export function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }],
    // Without it the client refuses plain HTTP.
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: 't' } }],
  });
}

export function pod(
  index: number,
  status: V1Pod['status'] = { phase: 'Running' },
  name = `load-${index}-abcde`,
): V1Pod {
  const annotations = { 'batch.kubernetes.io/job-completion-index': String(index) };
  return { metadata: { name, annotations }, spec: { nodeName: 'node-1', containers: [] }, status };
}
