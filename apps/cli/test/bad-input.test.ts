import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createRunDirectory } from '../src/run/run-directory.ts';
import { assay, assayIn, type Ended, temporaryFolder } from './assay.ts';
import { listen } from './gateway.ts';

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

const models = (...ids: readonly string[]): Promise<string> =>
  serve((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) }));
  });

const html: RequestListener = (_, response) => {
  response.setHeader('content-type', 'text/html');
  response.end('<!doctype html><html><body>It works</body></html>');
};

/** One line `error CODE: … (hint: …)`, the exit code, nothing on stdout and nothing on disk. */
function expectError(ended: Ended, code: string, exitCode: number): void {
  const lines = ended.stderr.trim().split('\n');
  expect(lines.at(-1)).toMatch(new RegExp(`^error ${code}: .+ \\(hint: .+\\)$`));
  expect(lines.filter((line) => line.startsWith('error '))).toHaveLength(1);
  expect(ended.stdout).toBe('');
  expect(ended.code).toBe(exitCode);
}

const out = (): string => join(folder, 'out');
const run = (...args: readonly string[]): Promise<Ended> => assay('run', '--out', out(), ...args);
const FEW = ['--requests', '3'] as const;

describe('the command line', () => {
  test.each([
    { args: ['run', '--simulate', '--rat', '5'], code: 'USAGE_UNKNOWN_FLAG', says: /did you mean --rate/ },
    { args: ['rum'], code: 'USAGE_UNKNOWN_COMMAND', says: /did you mean run/ },
    {
      args: ['run', '--simulate', '--requests', '3', '--rate', '0'],
      code: 'FLAG_INVALID',
      says: /--rate: .* above 0, got "0"/,
    },
    { args: ['run', '--simulate', '--rate', '-1', '--requests', '3'], code: 'FLAG_INVALID', says: /--rate/ },
    { args: ['run', '--simulate', '--rate', 'many', '--requests', '3'], code: 'FLAG_INVALID', says: /"many"/ },
    { args: ['run', '--simulate', '--rate', '5'], code: 'CONFIG_STOP_MISSING', says: /--requests 500 or --duration/ },
    { args: ['run', '--simulate', '--duration', '60'], code: 'FLAG_INVALID', says: /add the unit: 60s/ },
    { args: ['run', '--requests', '5'], code: 'CONFIG_TARGET_MISSING', says: /--simulate/ },
    {
      args: ['run', '--target', 'localhost:1', '--requests', '5'],
      code: 'FLAG_INVALID',
      says: /try http:\/\/localhost:1/,
    },
    {
      args: ['run', '--simulate', '--target', 'http://127.0.0.1:1', '--requests', '5'],
      code: 'CONFIG_CONFLICT',
      says: /exclude/,
    },
    {
      args: ['run', '--simulate', '--rate', '5', '--concurrency', '5', '--requests', '5'],
      code: 'CONFIG_CONFLICT',
      says: /closed/,
    },
    {
      args: ['run', '--simulate', '--requests', '5', '--header', 'Authorization: Bearer x'],
      code: 'FLAG_INVALID',
      says: /--api-key-env/,
    },
    { args: ['run', '--simulate', '--requests', '5', '--slo', 'fast'], code: 'FLAG_INVALID', says: /ttft_ms\.p99<500/ },
    {
      args: ['run', '--simulate', '--requests', '5', '--slo', 'tft_ms.p99<4'],
      code: 'FLAG_INVALID',
      says: /did you mean ttft_ms\?/,
    },
    {
      args: ['run', '--simulate', '--requests', '5', '--slo', 'error_ratio.p99<4'],
      code: 'FLAG_INVALID',
      says: /take error_ratio\.ratio/,
    },
    {
      args: [
        'run',
        '--simulate',
        '--requests',
        '5',
        '--api-key-env',
        'NOT_THERE_AT_ALL',
        '--target',
        'http://127.0.0.1:1',
      ],
      code: 'CONFIG_CONFLICT',
      says: /exclude/,
    },
    {
      args: ['run', '--target', 'http://127.0.0.1:1', '--requests', '5', '--api-key-env', 'NOT_THERE_AT_ALL'],
      code: 'CONFIG_AUTH_MISSING',
      says: /NOT_THERE_AT_ALL/,
    },
    { args: ['sim', '--ttft', 'soon'], code: 'FLAG_INVALID', says: /--ttft/ },
    { args: ['sim', '--faults', 'explode:0.1'], code: 'SIM_FAULT_PLAN_INVALID', says: /explode/ },
    { args: ['completion', 'tcsh'], code: 'USAGE_INVALID', says: /bash, zsh or fish/ },
    { args: ['report', 'no/such/run'], code: 'RUN_NOT_FOUND', says: /no\/such\/run/ },
  ])('$args ends with $code', async ({ args, code, says }) => {
    const ended = await assayIn({ cwd: folder }, ...args);
    expectError(ended, code, 2);
    expect(ended.stderr).toMatch(says);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a profile', () => {
  const write = (text: string): string => {
    const path = join(folder, 'profile.yaml');
    writeFileSync(path, text);
    return path;
  };

  test.each([
    { name: 'an unknown key', text: 'simulate: true\nrequets: 5\n', says: /profile\.yaml:2:1.*requests/ },
    { name: 'a wrong type', text: 'simulate: true\nrequests: many\n', says: /profile\.yaml:2:\d+.*requests/ },
    { name: 'a rate of 0', text: 'simulate: true\nrequests: 5\nrate: 0\n', says: /profile\.yaml:3:\d+.*rate/ },
    { name: 'a broken duration', text: 'simulate: true\nduration: 60\n', says: /profile\.yaml:2:\d+.*duration/ },
    {
      name: 'a broken arrival',
      text: 'simulate: true\nrequests: 5\nrate: 5\narrival: posson\n',
      says: /profile\.yaml:4:1.*poisson/,
    },
    {
      name: 'a key in two places',
      text: 'target: http://h\nrequests: 5\nauth: {fromEnv: A, fromFile: B}\n',
      says: /profile\.yaml:3:\d+.*give either fromEnv or fromFile/,
    },
    { name: 'broken YAML', text: 'simulate: [\n', says: /profile\.yaml:\d/ },
  ])('with $name names file, line and column', async ({ text, says }) => {
    const ended = await run(write(text));
    expectError(ended, 'PROFILE_INVALID', 2);
    expect(ended.stderr).toMatch(says);
    expect(existsSync(out())).toBe(false);
  });

  test('that is not there', async () => {
    expectError(await run(join(folder, 'none.yaml')), 'PROFILE_NOT_FOUND', 2);
  });

  test('with mistakes of form and of meaning names all of them, in their order', async () => {
    const text = 'simulate: true\nslo: [tft_ms.p99<4, error_ratio<0.1]\nrequets: 5\nrate: 0\narrival: posson\n';
    const lines = (await run(write(text))).stderr.trim().split('\n');
    expect(lines.map((line) => /profile\.yaml:(\d)/.exec(line)?.[1])).toEqual(['2', '3', '4', '5']);
    expect(lines[0]).toMatch(/\/slo: .*\(hint: tft_ms is no metric, did you mean ttft_ms\?\)$/);
  });

  test('with several problems names all of them', async () => {
    const ended = await run(write('simulate: 5\nrequets: 5\n'));
    expect(ended.stderr.match(/^error PROFILE_INVALID/gm)).toHaveLength(2);
    expect(ended.code).toBe(2);
  });
});

describe('a variable', () => {
  const args = ['run', '--simulate', '--requests', '5', '--print-config'] as const;

  test('that is no setting gets a warning, one that holds a key does not', async () => {
    const env = { ASSAY_RAT: '9', ASSAY_KEY: 'word', ASSAY_API_KEY_ENV: 'ASSAY_KEY', PATH: '' };
    const { stderr, code } = await assayIn({ env }, ...args);
    expect(stderr).toBe(
      'warning ENVIRONMENT_UNKNOWN: the variable ASSAY_RAT is no setting and does nothing (hint: did you mean ASSAY_RATE?)\n',
    );
    expect(code).toBe(0);
  });
});

test.each([
  [['run', '--simulate', '--rat', '5', '--log', 'json'], 'USAGE_UNKNOWN_FLAG'],
  [['run', '--simulate', '--rate', '0', '--log=json'], 'FLAG_INVALID'],
])('%j tells its error as a JSON line', async (args, code) => {
  const { stderr } = await assayIn({ env: { ASSAY_RAT: '9' } }, ...args);
  const lines = stderr.trim().split('\n');
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ kind: 'error', code, hint: expect.any(String) });
  expect(lines).toHaveLength(1);
});

describe('a target', () => {
  test('with a closed port is unreachable', async () => {
    const target = await listen(createTcpServer());
    const closed = `http://127.0.0.1:${Number(new URL(target).port)}`;
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(closed).not.toContain(`:${port}`);
    expectError(await run('--target', `http://127.0.0.1:${port}`, ...FEW), 'TARGET_UNREACHABLE', 5);
    expect(existsSync(out())).toBe(false);
  });

  test('that answers with HTML under 200', async () => {
    const ended = await run('--target', await serve(html), ...FEW);
    expectError(ended, 'TARGET_NOT_OPENAI', 2);
    expect(ended.stderr).toContain('HTML');
    expect(existsSync(out())).toBe(false);
  });

  test('with a wrong path that answers 404 with HTML', async () => {
    const target = await serve((request, response) => {
      response.statusCode = 404;
      html(request, response);
    });
    expectError(await run('--target', `${target}/wrong`, ...FEW), 'TARGET_NOT_OPENAI', 2);
  });

  test('that speaks plain HTTP when TLS is asked for', async () => {
    const target = await serve(html);
    const ended = await run('--target', target.replace('http:', 'https:'), ...FEW);
    expectError(ended, 'TARGET_TLS', 5);
    expect(ended.stderr).toContain('try http://127.0.0.1');
  });

  test('that does not speak HTTP', async () => {
    // What a TLS server sends to a client that does not speak TLS: a fatal alert, then the end.
    const target = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46])));
      }),
    );
    const ended = await run('--target', target, ...FEW);
    expectError(ended, 'TARGET_TLS', 5);
    expect(ended.stderr).toContain('https://127.0.0.1');
  });

  test('that never answers', async () => {
    const target = await listen(createTcpServer((socket) => socket.on('error', () => socket.destroy()).resume()));
    expectError(await run('--target', target, '--timeout', '200ms', ...FEW), 'TARGET_TIMEOUT', 5);
    expect(existsSync(out())).toBe(false);
  });

  test('without the model names the nearest one', async () => {
    const ended = await run('--target', await models('llama-3-8b', 'qwen-2'), '--model', 'lama-3-8b', ...FEW);
    expectError(ended, 'MODEL_UNKNOWN', 2);
    expect(ended.stderr).toContain('did you mean "llama-3-8b"?');
  });

  test('with several models wants one to be chosen', async () => {
    expectError(await run('--target', await models('a', 'b'), ...FEW), 'MODEL_MISSING', 2);
  });

  test('that wants a key', async () => {
    const target = await serve((_, response) => {
      response.statusCode = 401;
      response.end('{"error":{"message":"no key"}}');
    });
    expectError(await run('--target', target, ...FEW), 'TARGET_UNAUTHORIZED', 2);
  });
});

describe('files', () => {
  test('an output directory that is not empty is left alone', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const ended = await assay('run', '--simulate', ...FEW, '--out', folder);
    expectError(ended, 'OUT_NOT_EMPTY', 2);
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test('an output directory below a file cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    expectError(await assay('run', '--simulate', ...FEW, '--out', join(folder, 'file/run')), 'OUT_NOT_WRITABLE', 2);
  });

  test.skipIf(!existsSync('/proc/self'))('an output directory in a file system without files is refused', async () => {
    const ended = await run('--target', await models('m'), ...FEW, '--out', '/proc/x');
    expectError(ended, 'OUT_NOT_WRITABLE', 2);
  });

  test('a directory that takes no files is not left behind', () => {
    const parent = join(folder, 'a');
    // No file system has names this long.
    expect(() => createRunDirectory(join(parent, 'b', 'n'.repeat(300)))).toThrowError(/cannot write/);
    expect(existsSync(parent)).toBe(false);
  });

  test('a trace with a bad line names the line', async () => {
    const trace = join(folder, 'trace.csv');
    writeFileSync(
      trace,
      'TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.68,374,44\n2023-11-16 18:15:47.00,x,9\n',
    );
    const ended = await run('--simulate', '--trace', trace);
    expectError(ended, 'TRACE_INVALID', 2);
    expect(ended.stderr).toContain('trace.csv:3');
    expect(existsSync(out())).toBe(false);
  });

  test('a trace that is not there', async () => {
    expectError(await run('--simulate', '--trace', join(folder, 'none.csv')), 'TRACE_UNREADABLE', 2);
  });
});
