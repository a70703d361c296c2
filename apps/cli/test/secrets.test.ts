import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assayIn, type Ended, temporaryFolder } from './assay.ts';
import { listen } from './gateway.ts';

const ANSWERS = ['whole', 'error event', 'refusal', 'other finish', 'redirect', 'page', 'broken stream'] as const;
type Answer = (typeof ANSWERS)[number];

const encode = (text: string): string => Buffer.from(text).toString('base64');
/** Ways in which servers quote what they were sent. */
const FORMS: Readonly<Record<string, (key: string) => string>> = {
  plain: (key) => key,
  'in a URL': encodeURIComponent,
  'as JSON in a text': (key) => JSON.stringify({ key }),
  base64: encode,
  'base64 of user and key': (key) => encode(`user:${key}`),
  'cut off': (key) => key.slice(0, 14),
  'its end': (key) => key.slice(-14),
};

function answer(response: ServerResponse, kind: Answer, quoted: string): void {
  const chunk = (rest: object): string => `data: ${JSON.stringify({ model: `m ${quoted}`, ...rest })}\n\n`;
  const text = chunk({ choices: [{ index: 0, delta: { content: quoted }, finish_reason: null }] });
  const end = (reason: string): string => chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
  const stream = (body: string): unknown => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
  const error = { error: { message: `no ${quoted}`, type: quoted, code: quoted } };
  switch (kind) {
    case 'whole':
      return void stream(`${text}${end('stop')}data: [DONE]\n\n`);
    case 'error event':
      return void stream(`${text}${chunk(error)}data: [DONE]\n\n`);
    case 'refusal':
      return void response.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify(error));
    case 'other finish':
      return void stream(`${text}${end(quoted)}data: [DONE]\n\n`);
    case 'redirect':
      return void response.writeHead(302, { location: `/${encodeURI(quoted)}/login?key=${encodeURI(quoted)}` }).end();
    case 'page':
      return void response.writeHead(200, { 'content-type': 'text/html' }).end(`<html>${quoted}</html>`);
    case 'broken stream':
      return void stream(`data: {"choices": ${quoted}\n\n`);
  }
}

/** A server that quotes a key wherever it can, with every request in another way. */
async function startQuoting(key: string, isMetricsReadable: boolean): Promise<string> {
  const forms = Object.values(FORMS);
  let asked = 0;
  const server = createServer((request, response) => {
    request.resume();
    const quoted = forms[asked % forms.length]?.(key) ?? '';
    const kind = ANSWERS[Math.floor(asked / forms.length) % ANSWERS.length] ?? 'whole';
    asked += 1;
    const json = (status: number, body: object): unknown => {
      response.writeHead(status, { 'content-type': 'application/json', server: encodeURI(quoted) });
      return response.end(JSON.stringify(body));
    };
    if (request.url === '/version') return json(200, { version: `0.10 ${quoted}` });
    if (request.url === '/v1/models') {
      const model = { object: 'model', owned_by: 'vllm', max_model_len: 4096 };
      return json(200, {
        object: 'list',
        data: [
          { ...model, id: 'm' },
          { ...model, id: `m-${quoted}` },
        ],
      });
    }
    if (request.url === '/metrics') {
      const label = JSON.stringify(quoted);
      return response.end(isMetricsReadable ? `vllm:num_requests_running{key=${label}} 0\n` : `key=${label} {\n`);
    }
    if (request.method === 'POST' && request.url === '/v1/chat/completions') return answer(response, kind, quoted);
    return json(404, { detail: quoted });
  });
  return await listen(server);
}

/** Everything below a folder, in one text. */
function textsIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
}

/** Runs of eight characters of a key, in any of the forms, that stand in a text. */
function leakedParts(text: string, key: string): readonly string[] {
  const forms = [key, encodeURIComponent(key), encode(key).slice(0, -4), encode(`u:${key}`).slice(4, -4)];
  const parts = forms.flatMap((form) => Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8)));
  return parts.filter((part) => text.includes(part));
}

const keys = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 20, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

const EACH = ANSWERS.length * Object.keys(FORMS).length;

test.each([
  { auth: 'file', isMetricsReadable: false, output: ['--json'] },
  { auth: 'variable', isMetricsReadable: true, output: ['--log', 'json'] },
])('a key that the server quotes stands in no artefact and in no output ($auth, $output)', async (scenario) => {
  const { auth, isMetricsReadable, output } = scenario;
  const property = fc.asyncProperty(keys, async (key) => {
    const folder = temporaryFolder();
    const out = join(folder, 'run');
    writeFileSync(join(folder, 'key'), key);
    const where = auth === 'file' ? ['--api-key-file', join(folder, 'key')] : ['--api-key-env', 'KEY'];
    const flags = ['--target', await startQuoting(key, isMetricsReadable), ...where];
    const run = (...args: readonly string[]): Promise<Ended> => assayIn({ env: { KEY: key } }, ...args, ...flags);
    const load = ['--requests', String(EACH + 4), '--input-tokens', '8', '--out', out];
    const measured = await run('run', ...load, '--model', 'm', ...output);
    const doctor = await run('doctor', '--model', 'm');
    const checks = await run('doctor', '--model', 'm', '--json');
    expect(JSON.parse(checks.stdout)).toHaveProperty('checks');
    const broken = await run('run', '--requests', '1', '--model', 'n', '--out', join(folder, 'none'));
    // Everybody had something to leak.
    const artefacts = readdirSync(out);
    expect(artefacts).toEqual(expect.arrayContaining(['results.json', 'report.html', 'report.md', 'server']));
    const texts = [textsIn(out), measured.stdout + measured.stderr, doctor.stdout, checks.stdout, broken.stderr];
    for (const text of texts) {
      // Reports are too large to be shown when they fail.
      expect(text.includes('[secret]')).toBe(true);
      expect(leakedParts(text, key)).toEqual([]);
    }
    expect(broken.stderr).toMatch(/^error MODEL_UNKNOWN: /m);
  });
  await fc.assert(property, { numRuns: 1, endOnFailure: true });
});
