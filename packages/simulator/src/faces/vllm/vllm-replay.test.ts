import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf } from '../../../test/raw-client.ts';
import { exchangesOf } from '../../../test/recorded-exchange.ts';
import { answerShape, idleReasons, type LeftOut, replayed, resend } from '../../../test/replay.ts';
import type { SimulatorOptions } from '../../options.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captures = exchangesOf('vllm-0.32.0');
/** Long enough to stream, short enough that a limit of 10 tokens is not met by chance. */
const OPTIONS = { model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;
/** The tokenizer here makes one token of fewer characters than the real one: the longest prompts need more room. */
const WIDE = { ...OPTIONS, maxModelLength: 16_384 } as const;

/** What is not asked for again, and why. */
const LEFT_OUT: LeftOut = [
  ['a server whose answers tell of its speculation, of which there is none here', /^c_(spec|queue)/],
  [
    'a server that stops or dies, a client that leaves: other tests bring that about',
    /sigterm|sigkill|death|^client_|_client_/,
  ],
  ['pages of figures: vllm-likeness.test.ts holds their families', /metrics/],
  ['whether a stop string occurs is up to the model; the words here have none', /chat_stop_string/],
  ['whether a tool is called is up to the model', /^b_chat_tool_auto/],
  ['responses of a server with a reasoning parser: where reasoning ends is up to the model', /^b_responses_/],
];

/** Servers that the captures are of, by their names; the first pattern that fits. */
const SERVERS: readonly (readonly [RegExp, SimulatorOptions])[] = [
  [
    /^b_/,
    {
      ...OPTIONS,
      apiKey: 'sk-assay-test',
      tokensPerEvent: 5,
      vllm: { hasRequestIdHeaders: true, hasRequestMetrics: true, hasReasoningParser: true },
    },
  ],
  [/^d_/, { ...WIDE, vllm: { hasPromptTokensDetails: false, forcesUsage: true, hasToolParser: false } }],
  [/^reset_prefix_cache$/, { ...OPTIONS, vllm: { isDevMode: true } }],
  [/^(long_prompt|prompt_logprobs|cache_)/, WIDE],
  [/./, OPTIONS],
];

const alone = replayed(captures, LEFT_OUT);

/** The keys of a table of log-probabilities are the texts of the tokens. */
function withoutTexts(key: string, value: unknown): unknown {
  const isTable = key === 'top_logprobs' && Array.isArray(value) && value.every((one) => !('token' in (one ?? {})));
  return isTable ? value.map((table: object) => Object.values(table)) : value;
}

/** A token that is no whole character has an event without text where tokens are listed; those of the words here all are. */
const IS_BYTES = /\["delta",\[\]\].*\["bytes",\[\]\].*\["finish_reason","null"\]/;

/** Error bodies agree but for what the JSON parser, the tokenizer and Python's floats say. */
const LIKENESS = {
  figures: /^(date|content-length|x-request-id)$/,
  settle: (text: string): string => text.replace(/"message": ?"(?:[^"\\]|\\.)*"/, '"message":""'),
  revive: withoutTexts,
  passing: IS_BYTES,
  areChoicesApart: true,
};

describe.skipIf(captures.length === 0)('the requests of the captures, sent again', () => {
  let simulators: readonly (readonly [RegExp, Simulator])[];
  beforeAll(async () => {
    simulators = await Promise.all(
      SERVERS.map(async ([pattern, options]) => [pattern, await startSimulator(options)] as const),
    );
  });
  afterAll(async () => {
    await Promise.all(simulators.map(([, simulator]) => simulator.close()));
  });

  test('most captures can be asked for again, and every reason to leave one out has its captures', () => {
    expect(alone.length).toBeGreaterThanOrEqual(70);
    expect(idleReasons(captures, LEFT_OUT)).toEqual([]);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const [, simulator] = simulators.find(([pattern]) => pattern.test(name)) ?? [];
      if (simulator === undefined) throw new TypeError(`no server for ${name}`);
      expect(answerShape(await resend(simulator, capture), LIKENESS)).toEqual(answerShape(capture, LIKENESS));
    },
  );
});

test.each([true, false])('n choices of each prompt, its tokens counted once; streamed %s', async (stream) => {
  const simulator = await startSimulator(OPTIONS);
  const body = {
    model: 'tiny',
    prompt: [
      [1, 2, 3],
      [4, 5],
    ],
    n: 3,
    max_tokens: 4,
    ignore_eos: true,
  };
  const usage = stream ? { stream, stream_options: { include_usage: true } } : {};
  const answer = await ask(simulator, 'POST', '/v1/completions', { ...body, ...usage });
  await simulator.close();
  const bodies = stream ? eventsOf(answer.body).slice(0, -1) : [answer.body];
  const parts = bodies.map((data) => JSON.parse(data));
  const finished = parts.flatMap(({ choices }) => choices).filter((choice) => choice.finish_reason === 'length');
  expect(finished.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(parts.at(-1).usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 24, total_tokens: 29 });
});

test('several choices without sampling are refused', async () => {
  const simulator = await startSimulator(OPTIONS);
  const body = { model: 'tiny', prompt: 'x', n: 2, temperature: 0 };
  const answer = await ask(simulator, 'POST', '/v1/completions', body);
  await simulator.close();
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body).error.param).toBe('n');
});

if (captures.length === 0) test.skip('likeness to vLLM: shared/data/engines is absent', () => undefined);
