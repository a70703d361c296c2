import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { assay, assayIn, startSim, temporaryFolder } from './assay.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { startGateway } from './gateway.ts';

/** State and detail of each line, by its name. */
function rowsOf(stdout: string): Readonly<Record<string, string>> {
  const rows = stdout.split('\n').flatMap((line) => {
    const [, state, what, detail] = /^(ok|warn|unknown) +(.{12})(.+)$/.exec(line) ?? [];
    return what === undefined ? [] : [[what.trim(), `${state} ${detail}`]];
  });
  return Object.fromEntries(rows);
}

test('doctor looks at the machine and finds out what the server is and can do', async () => {
  const { stdout, code } = await assay('doctor', '--target', await startSim());
  expect(code).toBe(0);
  const rows = rowsOf(stdout);
  for (const what of ['node', 'cores', 'timers', 'open files', 'ports', 'target']) expect(rows).toHaveProperty([what]);
  expect(rows).toMatchObject({
    runtime: expect.stringMatching(/^ok vLLM \d+\.\d+\.\d+ \(/),
    backend: 'ok vllm, chat',
    model: 'ok assay-sim',
    tokenizer: 'ok yes: texts of exact length',
    metrics: expect.stringMatching(/^ok yes/),
    'max length': expect.stringMatching(/^ok 32768 tokens/),
  });
});

test('what a server does not tell is unknown, with the reason', async () => {
  const { stdout } = await assay('doctor', '--target', await startSim({ face: 'triton' }));
  expect(rowsOf(stdout)).toMatchObject({
    runtime: expect.stringMatching(/^ok Triton /),
    backend: 'ok triton, native',
    'max length': expect.stringMatching(/^unknown unknown: .*context length/),
  });
});

test('a server that only speaks OpenAI is taken for none of the runtimes', async () => {
  const { stdout } = await assay('doctor', '--target', await startSim({ face: 'openai' }));
  expect(rowsOf(stdout)).toMatchObject({
    runtime: 'unknown no answer is a sign of one',
    backend: 'ok openai, chat',
    model: 'ok assay-sim',
    version: expect.stringMatching(/^unknown/),
  });
  expect(stdout).not.toMatch(/vllm/i);
});

test('doctor takes the connection flags and the variables of run', async () => {
  const folder = temporaryFolder();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const seen = new Set<string>();
  const gateway = await startGateway(
    await startSim({ apiKey: 'key-word' }),
    (_path, _body, headers) => {
      seen.add(`${headers['x-tenant']} ${headers['x-secret']} ${headers['authorization']}`);
      return undefined;
    },
    { cert: CERTIFICATE, key: KEY, ca: CERTIFICATE, requestCert: true, rejectUnauthorized: true },
  );
  const flags = ['--ca-file', file('cert.pem', CERTIFICATE), '--cert-file', join(folder, 'cert.pem')];
  const more = [
    '--key-file',
    file('key.pem', KEY),
    '--api-key-file',
    file('key.txt', 'key-word\n'),
    '--timeout',
    '20s',
  ];
  const headers = ['--header', 'x-tenant: us', '--header', 'x-secret:{fromEnv: SECRET}'];
  const env = { ASSAY_TARGET: gateway, SECRET: 'secret-word' };
  const ended = await assayIn({ env }, 'doctor', ...flags, ...more, ...headers);
  expect(ended.stderr).toBe('');
  expect(rowsOf(ended.stdout)).toMatchObject({ target: `ok ${gateway}`, model: 'ok assay-sim' });
  expect([...seen]).toEqual(['us secret-word Bearer key-word']);
  expect(ended.stdout).not.toMatch(/secret-word|key-word/);
});

test('doctor ends with 5 when the server is not there', async () => {
  const { stderr, code } = await assay('doctor', '--target', 'http://127.0.0.1:1');
  expect(stderr).toMatch(/^error TARGET_UNREACHABLE: .+ \(hint: .+\)\n$/);
  expect(code).toBe(5);
});
