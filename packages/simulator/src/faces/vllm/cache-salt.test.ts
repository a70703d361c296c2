import { expect, test } from 'vitest';
import { ask } from '../../../test/raw-client.ts';
import { startSimulator } from '../../simulator.ts';

test.each([
  ['/v1/completions', { prompt: Array(64).fill(7), max_tokens: 1 }],
  ['/v1/responses', { input: 'x'.repeat(64), max_output_tokens: 1 }],
])('%s: a salt keeps the prefix cache apart, and is the same for the same', async (path, body) => {
  const simulator = await startSimulator({ engine: 'batching', batching: { stepMs: 1 } });
  const cached = async (salt?: string): Promise<number> => {
    const { usage } = JSON.parse((await ask(simulator, 'POST', path, { ...body, cache_salt: salt })).body);
    return (usage.prompt_tokens_details ?? usage.input_tokens_details).cached_tokens;
  };
  const seen = [await cached(), await cached(), await cached('a'), await cached('a'), await cached('b')];
  await simulator.close();
  expect(seen.map((tokens) => tokens > 0)).toEqual([false, true, false, true, false]);
});
