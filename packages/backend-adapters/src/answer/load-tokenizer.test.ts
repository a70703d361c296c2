import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createOpenAiBackend } from '../openai/openai-backend.ts';
import { loadTokenizer } from './load-tokenizer.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-tokenizer-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Words are tokens; everything else is unknown, one token too. */
const file = join(folder, 'tokenizer.json');
writeFileSync(
  file,
  JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'Whitespace' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordLevel', vocab: { '[UNK]': 0, one: 1, two: 2, three: 3 }, unk_token: '[UNK]' },
  }),
);

const options: BackendOptions = {
  ...PLAIN_OPTIONS,
};
const delta = (fields: object): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: fields }] })}\n\n`;
const END = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const USAGE = 'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":4}}\n\n';

describe('a tokenizer of our own', () => {
  it('counts as its file says', async () => {
    const tokenizer = await loadTokenizer(file);
    expect(tokenizer.count('one two  three')).toBe(3);
    expect(tokenizer.count('')).toBe(0);
  });

  it.each([
    ['no usage: its count is the answer', '', { outputTokens: 3, outputTokensSource: 'retokenised' }],
    [
      'usage: its count stands beside',
      USAGE,
      {
        outputTokens: 4,
        outputTokensSource: 'usage',
        tokenCounts: [
          { source: 'usage', tokens: 4 },
          { source: 'retokenised', tokens: 3 },
        ],
      },
    ],
  ])('%s', async (_name, usage, expected) => {
    const decoder = createOpenAiBackend({ ...options, tokenizer: await loadTokenizer(file) }).createDecoder();
    decoder.onHeaders(200, new Map([['content-type', 'text/event-stream']]), 0);
    const text = `${delta({ reasoning: 'one' })}${delta({ content: 'two three' })}${END}${usage}data: [DONE]\n\n`;
    const bytes = new TextEncoder().encode(text);
    decoder.onBody(bytes, 0, bytes.length, 1);
    expect(decoder.finish({ kind: 'complete' })).toMatchObject({ outcome: 'ok', contentEvents: 2, ...expected });
  });

  it('says what is wrong with a file', async () => {
    await expect(loadTokenizer(join(folder, 'nothing.json'))).rejects.toMatchObject({ code: 'TOKENIZER_UNREADABLE' });
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"model":{"type":"Nonesuch"}}');
    await expect(loadTokenizer(broken)).rejects.toMatchObject({ code: 'TOKENIZER_UNREADABLE' });
  });
});
