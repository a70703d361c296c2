import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventShapes } from './event-shapes.ts';
import { createOpenAiEventReader } from './openai-event-reader.ts';

const encoder = new TextEncoder();

/** Reads streams with shared shapes and with a complete parse of every event. */
function readAll(streams: readonly (readonly string[])[]): { readonly fast: number } {
  const shapes = createEventShapes();
  const full = createOpenAiEventReader({ isFastPathOff: true });
  let fast = 0;
  for (const events of streams) {
    const reader = createOpenAiEventReader({ shapes });
    for (const event of events) {
      // A moving place in a buffer that is written over, as in a socket's shared read buffer.
      const bytes = Buffer.from(`..${event}..`);
      expect(reader.read(bytes, 2, bytes.length - 2)).toEqual(full.read(bytes, 2, bytes.length - 2));
      bytes.fill(0x22);
    }
    fast += reader.fastEvents;
  }
  return { fast };
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

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', 'a"}},{"x":"', '","finish_reason":"stop', 'é', '你好', '🎉', '\n', '{"content":"x"}'),
);
const identity = fc.record(
  { id: fc.oneof(fc.string(), fc.constant(null)), created: fc.oneof(fc.nat(), fc.double(), fc.constant('x')) },
  { requiredKeys: [] },
);
const count = fc.oneof(fc.nat(), fc.constantFrom(-1, 0, 1.5, 1e21, null, '7'));
const usage = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    reasoning_tokens: count,
    prompt_tokens_details: fc.oneof(fc.constant(null), fc.record({ cached_tokens: count })),
    completion_tokens_details: fc.oneof(fc.constant(null), fc.record({ reasoning_tokens: count })),
  },
  { requiredKeys: [] },
);
const event = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(text, identity).map(([content, more]) => chunk({ content }, more)) },
  { weight: 3, arbitrary: fc.tuple(usage, identity).map(([counts, more]) => chunk({}, { ...more, usage: counts })) },
  text.map((content) => chunk({ role: 'assistant', content })),
  text.map((reasoning) => chunk({ reasoning })),
  text.map((content) => chunk({ content, reasoning_content: content })),
  text.map((content) => chunk({ content }, {}, { finish_reason: 'stop' })),
  fc.tuple(text, usage).map(([content, counts]) => chunk({ content }, { usage: counts })),
  fc
    .tuple(text, fc.array(fc.nat(), { maxLength: 3 }))
    .map(([content, ids]) => chunk({ content }, {}, { token_ids: ids })),
  text.map((message) => JSON.stringify({ error: { message, code: 500 } })),
  text.map((completion) => JSON.stringify({ choices: [{ index: 0, text: completion, finish_reason: null }] })),
  text.map((key) => JSON.stringify({ [key]: key, choices: [{ index: 0, text: 'a' }], 'usage.prompt_tokens': 3 })),
  fc.constantFrom(
    '[DONE]',
    'null',
    '{',
    '[]',
    '{"choices":[]}',
    '{"content":"x"}',
    '{"id":"a","id":5,"choices":[{"text":"a","text":""}]}',
    '{"usage":{"prompt_tokens":1,"prompt_tokens":"x"},"choices":[]}',
    '{"usage":{"prompt_tokens":01},"choices":[]}',
  ),
);

describe('fast path', () => {
  it('tells every event as a full parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 20 }), { maxLength: 4 }), (streams) => void readAll(streams)),
      { numRuns: 400 },
    );
  });

  it('tells mutated events as a full parse does', () => {
    const mutation = fc.tuple(fc.nat(), fc.constantFrom(...'"\\{}[]:,0-9nu\u0007é '), fc.boolean());
    const mutated = fc.tuple(event, fc.array(mutation, { maxLength: 2 })).map(([data, changes]) =>
      changes.reduce((now, [place, character, isReplaced]) => {
        const at = place % (now.length + 1);
        return now.slice(0, at) + character + now.slice(isReplaced ? at + 1 : at);
      }, data),
    );
    const stream = fc.array(fc.oneof(event, mutated), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(stream, { maxLength: 3 }), (streams) => void readAll(streams)),
      { numRuns: 400 },
    );
  });

  it('is taken for nearly all events once their kinds are known', () => {
    const stream = (id: number): string[] => [
      chunk({ role: 'assistant', content: '' }, { id: `chatcmpl-${id}` }),
      ...Array.from({ length: 10 }, (_, i) => chunk({ content: ` 字\n${i}` }, { id: `chatcmpl-${id}`, created: i })),
      chunk({}, { id: `chatcmpl-${id}` }, { finish_reason: 'length' }),
      JSON.stringify({ id: `chatcmpl-${id}`, choices: [], usage: { prompt_tokens: id, completion_tokens: 10 + id } }),
      '[DONE]',
    ];
    // Four kinds are parsed once each.
    expect(readAll([stream(1), stream(22), stream(333)]).fast).toBe(3 * 13 - 4);
  });

  it('is not fooled by a key that only looks like the content', () => {
    const decoy = (value: string): string =>
      JSON.stringify({ content: value, choices: [{ index: 0, delta: {}, finish_reason: null }] });
    expect(readAll([[chunk({ content: 'a' }), chunk({ content: 'b' }), decoy('c'), decoy('d')]]).fast).toBe(1);
  });
});

describe('frames', () => {
  it('are skipped only where the scanner would find the same event', () => {
    const property = fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), fc.nat(), (contents, cut) => {
      const reader = createOpenAiEventReader();
      const full = createOpenAiEventReader({ isFastPathOff: true });
      for (const known of ['a', 'b', 'c']) {
        const data = encoder.encode(chunk({ content: known }));
        reader.read(data, 0, data.length);
      }
      const frames = contents.map((content) => `data: ${chunk({ content })}\n\n`);
      const bytes = encoder.encode(frames.join(''));
      const end = bytes.length - (cut % 40);
      let position = 0;
      for (const frame of frames) {
        const frameEnd = position + encoder.encode(frame).length;
        const skipped = reader.skipFrame(bytes, position, end);
        const said = full.read(bytes, position + 6, frameEnd - 2);
        if (skipped >= 0) {
          expect(skipped).toBe(frameEnd);
          expect(frameEnd).toBeLessThanOrEqual(end);
          expect(reader.frameEvent).toEqual(said);
        } else expect(frameEnd > end || (said.kind === 'chunk' && !said.hasContent)).toBe(true);
        position = frameEnd;
      }
    });
    fc.assert(property, { numRuns: 300 });
  });
});
