import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kubeconfig, startApi } from '../test/scripted-api.ts';
import { addressTowards, connectCluster } from './connect-cluster.ts';

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-kube-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'config');
  writeFileSync(path, text);
  return path;
}

test('a context that the file has not is named with those it has', () => {
  const path = file(kubeconfig('https://cluster.example.com:6443'));
  expect(connectCluster({ kind: 'file', path, context: 'here' }).server.host).toBe('cluster.example.com:6443');
  expect(() => connectCluster({ kind: 'file', path, context: 'there' })).toThrow(
    expect.objectContaining({ code: 'KUBE_CONFIG_INVALID', hint: 'it has here' }),
  );
});

test.each([
  ['no file', (): string => '/no/such/file'],
  ['no YAML', (): string => file('a: b: c')],
  ['no cluster', (): string => file('{}')],
])('%s is said', (_, path) => {
  expect(() => connectCluster({ kind: 'file', path: path() })).toThrow(
    expect.objectContaining({ code: 'KUBE_CONFIG_INVALID' }),
  );
});

test('a cluster that does not answer is unreachable, with its name', async () => {
  const path = file(kubeconfig('http://127.0.0.1:1'));
  const cluster = connectCluster({ kind: 'file', path });
  await expect(cluster.listPods('load', 'a=b')).rejects.toMatchObject({
    code: 'KUBE_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:1'),
  });
});

test.each([
  [401, 'KUBE_FORBIDDEN', 'cannot list pods: the server answered 401', 'credentials'],
  [403, 'KUBE_FORBIDDEN', 'cannot list pods: pods is forbidden', 'assay job access'],
  [500, 'KUBE_REFUSED', 'cannot list pods: pods is forbidden', undefined],
])('an answer of %i is %s', async (status, code, message, hint) => {
  const { cluster } = await startApi(() => ({ status, body: { kind: 'Status', message: 'pods is forbidden' } }));
  const told = hint === undefined ? undefined : expect.stringContaining(hint);
  await expect(cluster.listPods('load', 'a=b')).rejects.toMatchObject({ code, message, hint: told });
});

test('deleting what is gone is no fault, any other refusal is', async () => {
  const gone = await startApi(() => ({ status: 404, body: { kind: 'Status', message: 'not found' } }));
  await expect(gone.cluster.deleteJob('load', 'x')).resolves.toBeUndefined();
  const refusing = await startApi(() => ({ status: 500, body: { kind: 'Status', message: 'no' } }));
  await expect(refusing.cluster.deleteJob('load', 'x')).rejects.toMatchObject({ code: 'KUBE_REFUSED' });
});

test('the loopback is no address that pods have', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await addressTowards(new URL(`http://127.0.0.1:${port}`))).toBeUndefined();
  expect(await addressTowards(new URL('http://127.0.0.1:1'))).toBeUndefined();
});
