import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOpenAiEventReader } from './openai-event-reader.ts';

const encoder = new TextEncoder();

function readAll(events: readonly string[]): { readonly fast: number } {
  const fast = createOpenAiEventReader();
  const full = createOpenAiEventReader({ isFastPathOff: true });
  for (const event of events) {
    const bytes = encoder.encode(`..${event}..`);
    expect(fast.read(bytes, 2, bytes.length - 2)).toEqual(full.read(bytes, 2, bytes.length - 2));
  }
  return { fast: fast.fastEvents };
}

const chunk = (delta: unknown, more: object = {}, choice: object = {}): string =>
  JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...choice }],
    ...more,
  });

describe('fast path', () => {
  it('tells every event as a full parse does', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('', '"', '\\', 'a"}},{"x":"', '","finish_reason":"stop', 'é', '\n', '{"content":"x"}'),
    );
    const event = fc.oneof(
      { weight: 6, arbitrary: text.map((content) => chunk({ content })) },
      text.map((content) => chunk({ role: 'assistant', content })),
      text.map((reasoning) => chunk({ reasoning })),
      text.map((content) => chunk({ content }, {}, { finish_reason: 'stop' })),
      text.map((content) => chunk({ content }, { usage: { completion_tokens: 3, prompt_tokens: 1 } })),
      text.map((content) => chunk({ content }, {}, { token_ids: [1, 2] })),
      text.map((message) => JSON.stringify({ error: { message, code: 500 } })),
      text.map((completion) => JSON.stringify({ choices: [{ index: 0, text: completion, finish_reason: null }] })),
      fc.constantFrom('[DONE]', 'null', '{', '[]', '{"choices":[]}', '{"content":"x"}'),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => void readAll(events)),
      { numRuns: 400 },
    );
  });

  it('is taken for the plain events of a stream', () => {
    const events = Array.from({ length: 50 }, (_, i) => chunk({ content: ` token${i}` }));
    expect(readAll(events).fast).toBeGreaterThan(40);
  });

  it('is not fooled by a key that only looks like the content', () => {
    const decoy = (value: string): string =>
      JSON.stringify({ content: value, choices: [{ index: 0, delta: {}, finish_reason: null }] });
    expect(readAll([chunk({ content: 'a' }), chunk({ content: 'b' }), decoy('c'), decoy('d')]).fast).toBe(0);
  });
});
