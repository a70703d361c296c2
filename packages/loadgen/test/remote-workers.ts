import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import {
  type JoinedLoad,
  joinLoad,
  type ListenOptions,
  listenForShards,
  type ShardLink,
  type ShardListener,
  serveShard,
} from '../src/index.ts';
import { shardOptions, timer } from './shard-parts.ts';

export const TOKEN = 'a token of this test alone';

export async function startListener(count: number, extra: Partial<ListenOptions> = {}): Promise<ShardListener> {
  const listener = await listenForShards({ host: '127.0.0.1', port: 0, token: TOKEN, count, timer, ...extra });
  onTestFinished(() => listener.close());
  return listener;
}

/** A worker of this process, over a real socket. */
export async function joinAs(index: number, port: number, beatMs?: number): Promise<JoinedLoad> {
  const name = `machine-${index}`;
  return await joinLoad({ host: '127.0.0.1', port, token: TOKEN, index, name, timer, withinMs: 0, beatMs });
}

/** Workers of this process, joined over sockets: as quick as a test has to be. */
export async function joinWorkers(count: number): Promise<ShardLink[]> {
  const listener = await startListener(count);
  for (let index = 0; index < count; index++) serveShard((await joinAs(index, listener.port)).port, shardOptions);
  return await listener.accept({ withinMs: 1000 });
}

interface RemoteWorkers {
  readonly listener: ShardListener;
  readonly links: ShardLink[];
  readonly children: readonly ChildProcess[];
}

/** Workers in processes that know nothing but an address, joined over a socket. */
export async function startRemoteWorkers(count: number, extra: Partial<ListenOptions> = {}): Promise<RemoteWorkers> {
  const listener = await startListener(count, extra);
  const children = Array.from({ length: count }, (_, index) => startRemoteWorker(listener.port, TOKEN, index));
  const links = await listener.accept({ withinMs: 60_000 });
  return { listener, links, children };
}

function startRemoteWorker(port: number, token: string, index: number): ChildProcess {
  const entry = new URL('remote-worker.ts', import.meta.url).pathname;
  const args = ['--conditions=@assay/source', '--disable-warning=ExperimentalWarning', entry];
  const child = spawn(process.execPath, [...args, String(port), token, String(index)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** A wire between a worker and its coordinator that can be cut without anybody being told. */
export async function startWire(to: number): Promise<{ readonly port: number; cut(): void }> {
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    near.on('data', (data) => isCut || far.write(data)).on('error', () => undefined);
    far.on('data', (data) => isCut || near.write(data)).on('error', () => undefined);
    onTestFinished(() => {
      near.destroy();
      far.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => {
      isCut = true;
    },
  };
}
