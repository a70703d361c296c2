import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { RequestRecord, RunDocument } from '@assay/contracts';
import { expect, test } from 'vitest';
import { assay, temporaryFolder } from './assay.ts';
import { listen } from './gateway.ts';

/** `/info` of 2.0.0 has no name of the router yet. */
const INFO = { model_id: 'tiny', max_concurrent_requests: 128, max_total_tokens: 2048 };
const ROUTER = { router: 'text-generation-router' };
const CHUNK = { id: '', object: 'chat.completion.chunk', created: 1, model: 'tiny', system_fingerprint: 'native' };

/** The OpenAI routes as the router of 2.0 and 2.1 answers them: no model list, no `[DONE]`, no usage in streams. */
async function startRouter(info: object, isCut: boolean): Promise<string> {
  const event = (content: string, reason: string | null): string => {
    const choice = { index: 0, delta: { role: 'assistant', content }, logprobs: null, finish_reason: reason };
    return `data:${JSON.stringify({ ...CHUNK, choices: [choice] })}\n\n`;
  };
  return await listen(
    createServer((request, response) => {
      if (request.url === '/info') response.end(JSON.stringify(info));
      else if (request.url === '/metrics') response.end();
      else if (request.url === '/v1/chat/completions') {
        response.setHeader('content-type', 'text/event-stream');
        response.write(event('a', null) + event(' b', null));
        if (isCut) setTimeout(() => response.destroy(), 20);
        else response.end(event('', 'eos_token'));
      } else response.writeHead(404).end();
    }),
  );
}

test.each([
  [{ ...INFO, version: '2.0.0' }, false, ['ok', null]],
  [{ ...INFO, ...ROUTER, version: '2.1.1' }, false, ['ok', null]],
  [{ ...INFO, ...ROUTER, version: '2.1.1' }, true, ['protocol', 'STREAM_TRUNCATED']],
  // Of later versions the missing terminator is a broken stream.
  [{ ...INFO, ...ROUTER, version: '2.2.0' }, false, ['protocol', 'STREAM_TRUNCATED']],
])('TGI by %o, cut %s: %o', async (info, isCut, expected) => {
  const out = join(temporaryFolder(), 'run');
  const target = await startRouter(info, isCut);
  const few = ['--requests', '3', '--input-tokens', '16', '--output-tokens', '4'];
  await assay('run', '--target', target, ...few, '--out', out);
  const document = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as RunDocument;
  expect(document.config).toMatchObject({ backend: 'tgi', api: 'chat', model: 'tiny' });
  const records = readFileSync(join(out, 'requests.jsonl'), 'utf8').trim().split('\n');
  for (const line of records) {
    const { outcome, code } = JSON.parse(line) as RequestRecord;
    expect([outcome, code]).toEqual(expected);
  }
});
