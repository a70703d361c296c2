import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createRequestEncoder } from './request.ts';

const decoder = new TextDecoder('utf-8', { fatal: true });

test('every body is the JSON it stands for, and later ones leave earlier ones alone', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('chat' as const, 'completions' as const),
      fc.boolean(),
      fc.array(fc.record({ text: fc.string({ unit: 'binary', maxLength: 3000 }), limit: fc.option(fc.nat()) })),
      (api, isStreaming, prompts) => {
        const options: BackendOptions = {
          ...PLAIN_OPTIONS,
          api,
          model: 'a "model"',
          isStreaming,
        };
        const encode = createRequestEncoder(options, () => ({ ignore_eos: true }));
        const bodies = prompts.map(({ text, limit }, index) =>
          encode({
            index,
            prompt: { kind: 'text', text },
            inputTokens: undefined,
            inputTokensSource: 'approximate',
            maxOutputTokens: limit ?? undefined,
          }),
        );
        expect(bodies.map(({ body }) => JSON.parse(decoder.decode(body)))).toEqual(
          prompts.map(({ text, limit }) => ({
            model: 'a "model"',
            ...(api === 'chat' ? { messages: [{ role: 'user', content: text }] } : { prompt: text }),
            ...(limit === null ? {} : { max_tokens: limit }),
            temperature: 0,
            ...(isStreaming ? { stream: true, stream_options: { include_usage: true } } : {}),
            ignore_eos: true,
          })),
        );
      },
    ),
  );
});
