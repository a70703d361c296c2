import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Finding, ResultsDocument } from '@assay/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { assay, assayIn, type Ended, startSim, temporaryFolder } from './assay.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { listen, startGateway } from './gateway.ts';

const LIST = JSON.stringify({ object: 'list', data: [{ id: 'm', object: 'model' }] });
const FEW = ['--requests', '3', '--input-tokens', '16', '--output-tokens', '4'] as const;
const QUICK = { ttftMs: 2, itlMs: 1 } as const;

let out = '';
beforeEach(() => {
  out = join(temporaryFolder(), 'run');
});

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));
const run = (target: string, ...args: readonly string[]): Promise<Ended> =>
  assay('run', '--target', target, ...FEW, ...args, '--out', out);

function findings(): readonly Finding[] {
  return (JSON.parse(readFileSync(join(out, 'results.json'), 'utf8')) as ResultsDocument).validity.findings;
}

const codes = (): readonly string[] => findings().map(({ code }) => code);

describe('a server that no load can measure', () => {
  test.each([
    ['that refuses the key', 401, {}, ['--api-key-env', 'KEY'], 'TARGET_UNAUTHORIZED', /it refuses the key/],
    ['that refuses a proxy user', 407, {}, [], 'TARGET_UNAUTHORIZED', /it wants a key/],
    ['that sends to a login page', 302, { location: '/login?next=x' }, [], 'TARGET_REDIRECTS', /login page/],
    [
      'that has moved',
      301,
      { location: 'https://b/' },
      [],
      'TARGET_REDIRECTS',
      /sends to https:\/\/b\/ .*final address/,
    ],
  ] as const)('%s', async (_, status, headers, args, code, says) => {
    const target = await serve((_request, response) => {
      response.writeHead(status, headers);
      response.end();
    });
    const ended = await assayIn({ env: { KEY: 'word' } }, 'run', '--target', target, ...FEW, ...args, '--out', out);
    expect(ended.stderr).toMatch(new RegExp(`^error ${code}: .+ \\(hint: .+\\)\\n$`));
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(2);
  });

  test('that compresses its answers', async () => {
    const target = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync(LIST));
    });
    expect(await run(target)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error TARGET_COMPRESSED: .*gzip/),
    });
  });

  test.each([
    ['vllm', '/info', { router: 'text-generation-router', version: '3.3.6' }, 'TGI 3.3.6', 'tgi'],
    ['openai', '/v2', { name: 'triton', version: '2.51.0' }, 'Triton 2.51.0', 'triton'],
    ['triton', '/v2', { name: 'kserve', version: '0.21.0' }, 'KServe 0.21.0', 'kserve'],
    ['tgi', '/version', { version: '0.32.0' }, 'vLLM 0.32.0', 'vllm'],
  ])('--backend %s on a server that answers %s with %o', async (asked, path, body, name, wanted) => {
    const target = await serve((request, response) => {
      response.statusCode = request.url === path ? 200 : 404;
      response.end(request.url === path ? JSON.stringify(body) : '{"detail":"Not Found"}');
    });
    const { stderr, code } = await run(target, '--backend', asked);
    expect(stderr).toMatch(
      new RegExp(`^error TARGET_WRONG_BACKEND: .+ is ${name}, not ${asked} .+use --backend ${wanted}`),
    );
    expect(code).toBe(2);
  });
});

describe('a server that can be measured in spite of', () => {
  test('no list of models', async () => {
    const gateway = await startGateway(await startSim(QUICK), (path) =>
      path === '/v1/models' ? [404, '{"detail":"Not Found"}'] : undefined,
    );
    expect((await run(gateway)).stderr).toMatch(/^error TARGET_NOT_OPENAI: .*--model NAME/m);
    expect((await run(gateway, '--model', 'assay-sim')).code).toBe(0);
    expect(codes()).toContain('MODEL_UNCHECKED');
  });

  test('counters that are kept from this client', async () => {
    const gateway = await startGateway(await startSim(QUICK), (path) => (path === '/metrics' ? [403, ''] : undefined));
    expect((await run(gateway, '--backend', 'vllm')).code).toBe(0);
    expect(codes()).toContain('METRICS_FORBIDDEN');
  });

  test('token IDs that a gateway refuses: texts are sent', async () => {
    const gateway = await startGateway(await startSim(QUICK), (path, body) =>
      path === '/v1/completions' && /"prompt":\[/.test(body) ? [400, '{"error":{"message":"text only"}}'] : undefined,
    );
    const ended = await run(gateway, '--backend', 'vllm', '--api', 'completions');
    expect(ended.stdout).toContain('3 requests offered, 3 ok');
    expect(codes()).toContain('TOKEN_IDS_REFUSED');
  });

  test('HTTP/1.0', async () => {
    const event = (content: string): string => `data: {"choices":[{"index":0,"delta":{"content":"${content}"}}]}\n\n`;
    const end = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const target = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', (bytes) => {
          const isPost = bytes.toString().startsWith('POST');
          const type = isPost ? 'text/event-stream' : 'application/json';
          socket.end(
            `HTTP/1.0 200 OK\r\ncontent-type: ${type}\r\n\r\n${isPost ? event('a') + event('b') + end : LIST}`,
          );
        });
      }),
    );
    const ended = await run(target);
    expect(ended.stdout).toContain('3 requests offered, 3 ok');
    expect(codes()).toContain('HTTP_1_0');
  });
});

describe('secrets', () => {
  const readAll = (): string =>
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');

  test.each(['net', 'undici'])('a client certificate and headers from their places, through %s', async (transport) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'cert.pem'), CERTIFICATE);
    writeFileSync(join(folder, 'key.pem'), KEY);
    writeFileSync(join(folder, 'tenant.txt'), 'tenant-secret\n');
    const profile = join(folder, 'profile.yaml');
    writeFileSync(
      profile,
      'header:\n  x-api-key: { fromEnv: API_KEY }\n  x-tenant: { fromFile: tenant.txt }\n  x-plain: seen\n' +
        'tls: { caFile: cert.pem, certFile: cert.pem, keyFile: key.pem }\n',
    );
    const seen = new Set<string>();
    const secrets = ['x-api-key', 'x-tenant', 'x-plain'];
    const gateway = await startGateway(
      await startSim(QUICK),
      (path, _body, headers) => {
        if (path.endsWith('completions')) seen.add(secrets.map((name) => headers[name]).join());
        return undefined;
      },
      { cert: CERTIFICATE, key: KEY, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true },
    );
    const args = ['run', profile, '--target', gateway, ...FEW, '--transport', transport, '--out', out];
    const ended = await assayIn({ env: { API_KEY: 'key-secret' } }, ...args);
    expect(ended.stderr).not.toContain('error');
    expect(ended.stdout).toContain('3 requests offered, 3 ok');
    expect([...seen]).toEqual(['key-secret,tenant-secret,seen']);
    for (const secret of ['key-secret', 'tenant-secret', 'PRIVATE KEY']) expect(readAll()).not.toContain(secret);
  });

  test('a server that wants a certificate refuses a client without one', async () => {
    const tls = { cert: CERTIFICATE, key: KEY, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true };
    const gateway = await startGateway(await startSim(QUICK), () => undefined, tls);
    const { stderr, code } = await run(gateway, '--insecure');
    expect(stderr).toMatch(/^error TARGET_TLS: .+ \(hint: .+--cert-file.+\)/m);
    expect(code).toBe(5);
  });

  test('a certificate and a key that do not belong together are both named', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const [cert, key, plain] = [
      file('cert.pem', CERTIFICATE),
      file('key.pem', String(other)),
      file('plain.pem', 'key'),
    ];
    const tell = (keyFile: string): Promise<Ended> =>
      run('https://127.0.0.1:1', '--cert-file', cert, '--key-file', keyFile);
    const ended = await tell(key);
    expect(ended.stderr).toBe(
      `error CONFIG_CONFLICT: the key in ${key} (--key-file) is not that of the certificate in ${cert} (--cert-file) (hint: the certificate is for CN=localhost; take the key that it was made with)\n`,
    );
    expect(ended.code).toBe(2);
    expect((await tell(plain)).stderr).toMatch(
      /^error CONFIG_FILE_UNREADABLE: --key-file: .*plain\.pem holds no PEM key without a passphrase/,
    );
  });

  test('a header whose variable is empty, and a certificate without its key', async () => {
    const place = await run('http://127.0.0.1:1', '--header', 'x-api-key:{fromEnv: NOT_THERE}');
    expect(place.stderr).toMatch(/^error CONFIG_AUTH_MISSING: the variable NOT_THERE holds no key/);
    const half = await run('http://127.0.0.1:1', '--cert-file', 'cert.pem');
    expect(half.stderr).toMatch(/^error CONFIG_CONFLICT: --cert-file and --key-file belong together/);
  });
});

describe('beside the records', () => {
  test('the counters of the server agree', async () => {
    const ended = await run(await startSim(QUICK), '--backend', 'vllm', '--warmup-requests', '2');
    expect(ended.code).toBe(0);
    const counters = JSON.parse(readFileSync(join(out, 'server/counters.json'), 'utf8')) as Record<
      'before' | 'after' | 'ours',
      Record<string, number>
    >;
    expect(counters.ours).toMatchObject({ sent: 5, ok: 5 });
    for (const name of ['promptTokens', 'generatedTokens']) {
      expect((counters.after[name] ?? 0) - (counters.before[name] ?? 0)).toBe(counters.ours[name]);
    }
    expect(codes()).not.toContain('SERVER_DISAGREES');
    for (const file of ['capabilities.json', 'capabilities-after.json', 'metrics-before.txt', 'metrics-after.txt']) {
      expect(readFileSync(join(out, 'server', file), 'utf8')).not.toBe('');
    }
  });

  test('a request of somebody else is a finding', async () => {
    const origin = await startSim(QUICK);
    let isDone = false;
    const gateway = await startGateway(origin, (path, body) => {
      if (path === '/v1/chat/completions' && !isDone) {
        isDone = true;
        void fetch(`${origin}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      }
      return undefined;
    });
    await run(gateway, '--backend', 'vllm');
    expect(findings().find(({ code }) => code === 'SERVER_DISAGREES')).toMatchObject({ severity: 'limits' });
  });

  test('a server of another version after the load is a finding', async () => {
    let version = '1.0.0';
    const gateway = await startGateway(await startSim(QUICK), (path) => {
      if (path === '/v1/chat/completions') version = '1.1.0';
      return path === '/version' ? [200, JSON.stringify({ version })] : undefined;
    });
    await run(gateway, '--backend', 'vllm');
    expect(findings().find(({ code }) => code === 'SERVER_CHANGED')?.message).toMatch(/1\.0\.0 .*1\.1\.0/);
  });

  test('a run in which nothing succeeded says so, and ends with 7', async () => {
    const target = await startSim({ ...QUICK, faults: 'http-500:1' });
    const ended = await run(target);
    expect(ended.code).toBe(7);
    expect(ended.stdout).toMatch(/^NOTHING WAS MEASURED/);
    expect(ended.stderr).toMatch(/^warning NOTHING_MEASURED: none of 3 requests succeeded, most often HTTP_500 \(3\)/m);
    expect(findings()).toContainEqual(expect.objectContaining({ code: 'NOTHING_MEASURED', severity: 'invalidates' }));
  });
});
