import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LoadgenError } from '../errors.ts';
import { parseJsonlDataset } from './dataset-file.ts';

/** Values that come close to what a row may hold. */
const part = fc.oneof(
  fc.record({ type: fc.constant('text'), text: fc.oneof(fc.string(), fc.nat()) }),
  fc.record({
    type: fc.constant('image_url'),
    image_url: fc.oneof(fc.webUrl(), fc.record({ url: fc.webUrl() }), fc.nat()),
  }),
);
const message = fc.record(
  {
    role: fc.oneof(fc.constantFrom('system', 'user', 'assistant', 'tool'), fc.string()),
    content: fc.oneof(fc.string(), fc.array(part, { maxLength: 3 }), fc.constant(null), fc.nat()),
    tool_calls: fc.jsonValue({ maxDepth: 3 }),
    tool_call_id: fc.string(),
  },
  { requiredKeys: ['role', 'content'] },
);
const turn = fc.record(
  {
    user: fc.oneof(fc.string(), fc.nat()),
    assistant: fc.string(),
    think_time_ms: fc.double(),
    output_tokens: fc.jsonValue(),
  },
  { requiredKeys: ['user'] },
);
const kind = fc.oneof(
  fc.record({ prompt: fc.oneof(fc.string(), fc.nat()) }),
  fc.record({ input: fc.oneof(fc.string(), fc.array(fc.string())) }),
  fc.record({ messages: fc.array(message, { maxLength: 3 }) }),
  fc.record({ turns: fc.array(turn, { maxLength: 3 }) }),
);
const form = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.record(
    {
      prompt: fc.string(),
      output_tokens: fc.oneof(fc.nat(), fc.jsonValue()),
      tools: fc.jsonValue({ maxDepth: 4 }),
      tool_choice: fc.oneof(fc.constantFrom('auto', 'none'), fc.jsonValue()),
      response_format: fc.oneof(fc.constant({ type: 'json_object' }), fc.jsonValue({ maxDepth: 3 })),
    },
    { requiredKeys: [] },
  ),
);
const row = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.tuple(kind, form).map(([one, more]) => ({ ...more, ...one })),
);

test('every row is read, or refused with its line', () => {
  let read = 0;
  fc.assert(
    fc.property(row, (value) => {
      try {
        const rows = parseJsonlDataset(JSON.stringify(value), 'f');
        read += rows.length;
        for (const { outputTokens, turn: place } of rows) {
          if (outputTokens !== undefined) expect(outputTokens).toBeGreaterThanOrEqual(1);
          if (place !== undefined) expect(place.turn).toBeLessThan(place.turns);
        }
      } catch (error: unknown) {
        expect(error).toBeInstanceOf(LoadgenError);
        expect(error).toMatchObject({ code: 'DATASET_INVALID', message: expect.stringMatching(/^f:1: /) });
      }
    }),
    { numRuns: 300 },
  );
  expect(read).toBeGreaterThan(0);
});
