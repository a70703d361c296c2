import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LengthDistribution } from '@assay/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { createPromptSource } from './create-prompt-source.ts';
import { parseJsonlDataset, parseShareGpt } from './dataset-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-prompts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const synthetic = {
  kind: 'synthetic',
  inputTokens: { kind: 'uniform', min: 20, max: 90 },
  outputTokens: { kind: 'fixed', value: 16 },
  sharedPrefixTokens: 0,
  sharedPrefixCount: 0,
} as const;

function fixed(value: number): LengthDistribution {
  return { kind: 'fixed', value };
}

/** A tokenizer: a start token, 3 template tokens, a word of up to 4 letters is one token, a longer one two. */
function countWords(text: string): Promise<number> {
  return Promise.resolve(4 + text.split(' ').reduce((sum, word) => sum + (word.length <= 4 ? 1 : 2), 0));
}

function ids(sample: { prompt: { kind: string; tokenIds?: readonly number[] | undefined } }): readonly number[] {
  return sample.prompt.tokenIds ?? [];
}

describe('synthetic prompts', () => {
  test('token IDs have the exact length, are safe, unique and pure', async () => {
    const one = await createPromptSource(synthetic, { seed: 3, acceptsTokenIds: true });
    const two = await createPromptSource(synthetic, { seed: 3, acceptsTokenIds: true });
    const seen = new Set<string>();
    for (let index = 199; index >= 0; index--) {
      const sample = one.sampleAt(index);
      expect(ids(sample)).toHaveLength(sample.inputTokens ?? 0);
      expect(ids(sample).every((id) => id >= 300 && id < 1500)).toBe(true);
      expect(sample).toMatchObject({ inputTokensSource: 'token-ids', maxOutputTokens: 16 });
      seen.add(ids(sample).join());
      expect(two.sampleAt(index)).toEqual(sample);
    }
    expect(seen.size).toBe(200);
    expect(one.sampleAt(0, 'warmup').prompt).not.toEqual(one.sampleAt(0).prompt);
  });

  test('prefixes are shared, the rest is not', async () => {
    const dataset = { ...synthetic, inputTokens: fixed(60), sharedPrefixTokens: 32, sharedPrefixCount: 2 };
    const source = await createPromptSource(dataset, { seed: 3, acceptsTokenIds: true });
    const [a, b, c] = [0, 1, 2].map((index) => ids(source.sampleAt(index)));
    expect(a?.slice(0, 32)).toEqual(c?.slice(0, 32));
    expect(a?.slice(32)).not.toEqual(c?.slice(32));
    expect(a?.slice(0, 32)).not.toEqual(b?.slice(0, 32));
    expect(a).toHaveLength(60);
  });

  test('texts are exact by the tokenizer of the server, asked only during preparation', async () => {
    let calls = 0;
    const countTokens = (text: string): Promise<number> => {
      calls++;
      return countWords(text);
    };
    const source = await createPromptSource(synthetic, { seed: 3, countTokens });
    const asked = calls;
    expect(asked).toBeLessThan(170);
    for (let index = 0; index < 100; index++) {
      const sample = source.sampleAt(index);
      if (sample.prompt.kind !== 'text') throw new Error('not text');
      expect(await countWords(sample.prompt.text)).toBe(sample.inputTokens);
      expect(sample.inputTokensSource).toBe('server-tokenizer');
    }
    expect(calls).toBe(asked);
  });

  test('a length below what the template takes is labelled approximate', async () => {
    const source = await createPromptSource(
      { ...synthetic, inputTokens: fixed(3) },
      { seed: 3, countTokens: countWords },
    );
    expect(source.sampleAt(0).inputTokensSource).toBe('approximate');
  });

  test('without a tokenizer, or with one that does not add up, lengths are approximate', async () => {
    const none = await createPromptSource(synthetic, { seed: 3 });
    expect(none.sampleAt(5).inputTokensSource).toBe('approximate');
    const odd = (text: string): Promise<number> => Promise.resolve(Math.ceil(text.length / 3));
    const scaled = await createPromptSource({ ...synthetic, inputTokens: fixed(300) }, { seed: 3, countTokens: odd });
    const sample = scaled.sampleAt(1);
    expect(sample.inputTokensSource).toBe('approximate');
    const text = sample.prompt.kind === 'text' ? sample.prompt.text : '';
    expect(Math.abs((await odd(text)) - 300)).toBeLessThan(15);
  });

  test.each([
    [{ kind: 'normal', mean: 100, stddev: 30, min: 50, max: 150 }, 100],
    [{ kind: 'lognormal', median: 100, sigma: 0.3, min: 20, max: 400 }, 100],
  ] as const)('drawn lengths stay inside their limits: %j', async (inputTokens, middle) => {
    const source = await createPromptSource({ ...synthetic, inputTokens }, { seed: 1, acceptsTokenIds: true });
    const lengths = Array.from({ length: 2000 }, (_, index) => source.sampleAt(index).inputTokens ?? 0);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(inputTokens.min);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(inputTokens.max);
    expect(Math.abs((lengths.toSorted((a, b) => a - b)[1000] ?? 0) - middle)).toBeLessThan(5);
  });
});

describe('prompts of a trace', () => {
  test('equal hashes give equal blocks', async () => {
    const traceFile = join(folder, 'mooncake.jsonl');
    writeFileSync(
      traceFile,
      '{"timestamp":0,"input_length":1100,"output_length":5,"hash_ids":[0,1,2]}\n' +
        '{"timestamp":9,"input_length":1030,"output_length":6,"hash_ids":[0,1,7]}\n',
    );
    const source = await createPromptSource({ kind: 'trace' }, { seed: 0, traceFile, acceptsTokenIds: true });
    const [a, b] = [source.sampleAt(0), source.sampleAt(1)];
    expect([ids(a).length, ids(b).length, a.maxOutputTokens, b.maxOutputTokens]).toEqual([1100, 1030, 5, 6]);
    expect(ids(a).slice(0, 1024)).toEqual(ids(b).slice(0, 1024));
    expect(ids(a).slice(1024, 1030)).not.toEqual(ids(b).slice(1024));
  });

  test('a trace without lengths is refused', async () => {
    const traceFile = join(folder, 'bare.jsonl');
    writeFileSync(traceFile, '{"timestamp":0}\n');
    await expect(createPromptSource({ kind: 'trace' }, { seed: 0, traceFile })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
    await expect(createPromptSource({ kind: 'trace' }, { seed: 0 })).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });
});

describe('dataset files', () => {
  test('JSONL: prompt and messages', () => {
    const text =
      '{"prompt":"a","output_tokens":5}\n\n{"messages":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}\n';
    expect(parseJsonlDataset(text, 'f')).toEqual([
      { prompt: { kind: 'text', text: 'a' }, outputTokens: 5 },
      {
        prompt: {
          kind: 'messages',
          messages: [
            { role: 'system', content: 's' },
            { role: 'user', content: 'u' },
          ],
        },
        outputTokens: undefined,
      },
    ]);
  });

  test.each(['{"prompt":"a"}\n{', '{"prompt":"a"}\n{"x":1}', '{"prompt":"a"}\n{"prompt":"b","output_tokens":0}'])(
    'a bad line has its number: %j',
    (text) => {
      expect(() => parseJsonlDataset(text, 'f')).toThrowError('f:2:');
    },
  );

  test('ShareGPT', () => {
    const turn = (from: string, value: string): object => ({ from, value });
    const text = JSON.stringify([
      { conversations: [turn('human', 'hi'), turn('gpt', 'twelve chars')] },
      { conversations: [turn('gpt', 'no question')] },
    ]);
    expect(parseShareGpt(text, 'f')).toEqual([{ prompt: { kind: 'text', text: 'hi' }, outputTokens: 3 }]);
    expect(() => parseShareGpt('[{"id":1}]', 'f')).toThrowError('f:[0]:');
    expect(() => parseShareGpt('{}', 'f')).toThrowError('list of conversations');
  });

  test('a file is gone through in order and again, warm-up backwards', async () => {
    const file = join(folder, 'd.jsonl');
    writeFileSync(file, '{"prompt":"a"}\n{"prompt":"b"}\n{"prompt":"c"}\n');
    const source = await createPromptSource({ kind: 'jsonl', file }, { seed: 0 });
    const text = (index: number, phase?: 'warmup'): string => {
      const { prompt } = source.sampleAt(index, phase);
      return prompt.kind === 'text' ? prompt.text : '';
    };
    expect([text(0), text(1), text(4), text(0, 'warmup')]).toEqual(['a', 'b', 'b', 'c']);
    expect(source.size).toBe(3);
    await expect(createPromptSource({ kind: 'jsonl', file: '/nowhere' }, { seed: 0 })).rejects.toMatchObject({
      code: 'DATASET_UNREADABLE',
    });
  });
});
