import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf } from '../../../test/raw-client.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';
import { tokenize } from '../../tokenizer.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ ttftMs: 1, itlMs: 0.1, answerTokens: 5, tokensPerEvent: 2 });
});
afterAll(() => simulator.close());

const PROMPT = ' the first é';
const complete = (fields: object): ReturnType<typeof ask> =>
  ask(simulator, 'POST', '/v1/completions', { prompt: PROMPT, ...fields });
const chat = (fields: object): ReturnType<typeof ask> =>
  ask(simulator, 'POST', '/v1/chat/completions', { messages: [{ role: 'user', content: 'x' }], ...fields });
// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are read by their fields
const partsOf = (body: string): any[] =>
  eventsOf(body)
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));
// biome-ignore lint/suspicious/noExplicitAny: as above
const choicesOf = (body: string): any[] => partsOf(body).flatMap(({ choices }) => choices);
const latin1ToText = (body: string): string => Buffer.from(body, 'latin1').toString('utf8');

interface Listed {
  readonly logprobs: Readonly<Record<string, unknown[]>>;
}

describe('log-probabilities', () => {
  test('every token of the usage has one entry, however many are in an event; the chosen one is the likeliest', async () => {
    const { body } = await chat({
      stream: true,
      logprobs: true,
      top_logprobs: 3,
      stream_options: { include_usage: true },
    });
    const entries = choicesOf(body).flatMap(({ logprobs }) => logprobs?.content ?? []);
    expect(entries).toHaveLength(partsOf(body).at(-1).usage.completion_tokens);
    for (const { token, logprob, top_logprobs: top } of entries) {
      expect(top).toHaveLength(3);
      expect(top[0]).toMatchObject({ token, logprob });
      expect(top.map((one: { logprob: number }) => one.logprob)).toEqual(
        top.map((one: { logprob: number }) => one.logprob).sort((a: number, b: number) => b - a),
      );
    }
    const text = choicesOf(body).map(({ delta }) => delta.content ?? '');
    expect(entries.map(({ token }) => token).join('')).toBe(`${text.join('')}<|im_end|>`);
  });

  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])('offsets point at the tokens in the text: echo %s, streamed %s', async (echo, stream) => {
    const { body } = await complete({ prompt: ' the first one', logprobs: 1, echo, stream });
    const choices = stream ? choicesOf(body) : JSON.parse(body).choices;
    const text = choices.map((choice: { text: string }) => choice.text).join('');
    const joined = (key: string): unknown[] => choices.flatMap(({ logprobs }: Listed) => logprobs[key]);
    const tokens = joined('tokens').map(String);
    const offsets = joined('text_offset').map(Number);
    expect(tokens).toHaveLength(echo ? 8 : 5);
    expect(tokens.at(-1)).toBe('<|im_end|>');
    for (const [at, token] of tokens.slice(0, -1).entries()) {
      const offset = offsets[at] ?? -1;
      expect(text.slice(offset, offset + token.length)).toBe(token);
    }
    expect(joined('token_logprobs')[0] === null).toBe(echo);
  });

  test.each([
    [{ logprobs: 21 }, 'logprobs'],
    [{ prompt_logprobs: 1, stream: true }, 'prompt_logprobs'],
  ])('%j is refused', async (fields, param) => {
    const { status, body } = await complete(fields);
    expect([status, JSON.parse(body).error.param]).toEqual([400, param]);
  });

  test('of chat, several without the switch are refused', async () => {
    const { status, body } = await chat({ top_logprobs: 2 });
    expect([status, JSON.parse(body).error.param]).toEqual([400, 'top_logprobs']);
  });

  test('of the prompt: one entry for each token but the first', async () => {
    const { prompt_logprobs: entries } = JSON.parse((await complete({ prompt_logprobs: 2 })).body).choices[0];
    const ids = tokenize(PROMPT);
    expect(entries).toHaveLength(ids.length);
    expect(entries[0]).toBeNull();
    for (const [at, id] of ids.slice(1).entries()) expect(entries[at + 1]).toHaveProperty(String(id));
  });
});

describe('token IDs', () => {
  test('are those that the tokenizer has for the text, with an end token', async () => {
    const answer = JSON.parse((await complete({ return_token_ids: true })).body);
    const [choice] = answer.choices;
    expect(choice.prompt_token_ids).toEqual(tokenize(PROMPT));
    expect(choice.token_ids).toHaveLength(answer.usage.completion_tokens);
    expect(choice.token_ids.slice(0, -1)).toEqual(tokenize(choice.text));
  });

  test('of a stream stand in its events, those of the prompt in the first one alone', async () => {
    const choices = choicesOf((await complete({ return_token_ids: true, stream: true })).body);
    expect(choices.map(({ token_ids: ids }) => ids.length)).toEqual([1, 2, 2]);
    expect(choices.map(({ prompt_token_ids: ids }) => ids)).toEqual([tokenize(PROMPT), null, null]);
    const parts = partsOf((await chat({ return_token_ids: true, stream: true })).body);
    expect(parts[0].prompt_token_ids.length).toBeGreaterThan(0);
    expect(parts.slice(1).every((part) => !('prompt_token_ids' in part))).toBe(true);
  });
});

test.each([true, false])(
  'the prompt stands before the answer and is no generated token, streamed %s',
  async (stream) => {
    const { body } = await complete({
      echo: true,
      stream,
      ...(stream ? { stream_options: { include_usage: true } } : {}),
    });
    const parts = stream ? partsOf(latin1ToText(body)) : [JSON.parse(latin1ToText(body))];
    const text = parts.flatMap(({ choices }) => choices.map((choice: { text: string }) => choice.text)).join('');
    expect(text.startsWith(PROMPT)).toBe(true);
    expect(parts.at(-1).usage.completion_tokens).toBe(5);
    expect(tokenize(text.slice(PROMPT.length))).toHaveLength(4);
  },
);
