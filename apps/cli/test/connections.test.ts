import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type RequestRecord, type RunDocument, validate } from '@assay/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { assay, startSim, temporaryFolder } from './assay.ts';
import { CERTIFICATE, KEY } from './certificate.ts';

const LOAD = ['--requests', '21', '--rate', '100', '--input-tokens', '8', '--output-tokens', '4'];

interface Made {
  readonly run: RunDocument;
  readonly records: readonly RequestRecord[];
  readonly report: string;
}

async function made(out: string, ...args: readonly string[]): Promise<Made> {
  expect(await assay('run', ...LOAD, ...args, '--out', out)).toMatchObject({ code: 0 });
  const read = (name: string): string => readFileSync(join(out, name), 'utf8');
  const checked = validate('run', JSON.parse(read('run.json')));
  if (!checked.ok) throw new Error(JSON.stringify(checked.issues));
  const lines = read('requests.jsonl').trim().split('\n');
  const records = lines.map((line) => {
    const record = validate('request-record', JSON.parse(line));
    if (!record.ok) throw new Error(JSON.stringify(record.issues));
    return record.value;
  });
  return { run: checked.value, records, report: read('report.html') };
}

test('a connection for each request, over two targets: each record tells which, the report how; diff refuses to compare it with kept ones', async () => {
  const folder = temporaryFolder();
  const targets = [await startSim({ ttftMs: 5, itlMs: 1 }), await startSim({ ttftMs: 5, itlMs: 1 })];
  const policy = ['--connections', 'per-request', '--connect-rate', '500/s'];
  const apart = await made(join(folder, 'apart'), '--target', targets.join(','), ...policy);
  expect(apart.run.config).toMatchObject({
    target: targets[0],
    targets,
    connections: { mode: 'per-request', preconnect: 0, connectRatePerSecond: 500, balance: 'round-robin' },
  });
  expect(apart.run.origins).toMatchObject({ targets: 'flag', connections: 'flag' });
  expect(apart.run.connections).toEqual({ opened: 21, reused: 0, failed: 0 });
  const hosts = targets.map((target) => new URL(target).host);
  const byIndex = apart.records.toSorted((a, b) => a.index - b.index);
  expect(byIndex.map(({ target }) => target)).toEqual(byIndex.map(({ index }) => hosts[index % 2]));
  expect(byIndex.every(({ connectMs, outcome }) => connectMs !== null && outcome === 'ok')).toBe(true);
  expect(apart.report).toContain('per-request');

  const kept = await made(join(folder, 'kept'), '--target', targets[0] ?? '', '--preconnect', '3');
  expect(kept.run.config.connections).toEqual({ mode: 'keep-alive', preconnect: 3 });
  expect(kept.records.some((record) => 'target' in record || 'address' in record)).toBe(false);
  const refused = await assay('diff', join(folder, 'apart'), join(folder, 'kept'));
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/RUNS_NOT_COMPARABLE.*connections is/) });
});

test('requests spread over the addresses of a name, from several addresses of this machine', async () => {
  const target = await startSim({ ttftMs: 5, itlMs: 1 });
  const policy = ['--spread-dns', '--local-address', '127.0.0.2,127.0.0.3', '--local-address', '127.0.0.4'];
  const { run, records } = await made(
    join(temporaryFolder(), 'spread'),
    '--target',
    target.replace('127.0.0.1', 'localhost'),
    ...policy,
  );
  expect(run.config.connections).toMatchObject({
    spreadDns: true,
    localAddresses: ['127.0.0.2', '127.0.0.3', '127.0.0.4'],
  });
  expect(new Set(records.map(({ address }) => address))).toEqual(new Set(['127.0.0.1']));
});

test('what cannot work is refused before anything is written', async () => {
  const target = await startSim({});
  const run = async (...args: readonly string[]): Promise<{ code: number | null; stderr: string }> =>
    await assay('run', ...LOAD, '--out', join(temporaryFolder(), 'none'), ...args);
  expect(await run('--target', target, '--local-address', '192.0.2.1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--local-address 192.0.2.1 cannot be used'),
  });
  expect(await run('--target', `${target},http://127.0.0.1:9`)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('nothing listens at http://127.0.0.1:9'),
  });
  expect(await run('--target', `${target},localhost:9`)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--target: expected an http:// or https:// address'),
  });
});

test('HTTP/2 where the server has none is refused: requests would queue', async () => {
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const target = `https://localhost:${(server.address() as AddressInfo).port}`;
  const ended = await assay('run', ...LOAD, '--target', target, '--insecure', '--http', '2', '--backend', 'openai');
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('does not speak HTTP/2') });
});
