import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer, shapeOf } from '../../../test/raw-client.ts';
import { exchangesOf, type RecordedExchange } from '../../../test/recorded-exchange.ts';
import type { SimulatorOptions } from '../../options.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captures = exchangesOf('vllm-0.32.0');
/** Long enough to stream, short enough that a limit of 10 tokens is not met by chance. */
const OPTIONS = { model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;
/** The tokenizer here makes one token of fewer characters than the real one: the longest prompts need more room. */
const WIDE = { ...OPTIONS, maxModelLength: 16_384 } as const;

/** What is not asked for again, and why. */
const LEFT_OUT: readonly (readonly [string, RegExp])[] = [
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

const isLeftOut = ({ name }: RecordedExchange): boolean => LEFT_OUT.some(([, pattern]) => pattern.test(name));
const alone = captures.filter((capture) => !isLeftOut(capture));

/** Names of the headers in their order, and the values that are neither times nor lengths. */
function headShape(head: string): readonly string[] {
  const lines = head.split('\r\n');
  return lines.map((line) => (/^(date|content-length|x-request-id):/.test(line) ? (line.split(':')[0] ?? '') : line));
}

/** Shapes of the data of events with their names, in their order, without repetitions of the same one. */
function eventShapes(body: string): readonly unknown[] {
  const shapes = eventsOf(body).map((event) => {
    const [name, data = ''] = event.startsWith('event: ') ? event.split('\ndata: ') : ['', event];
    return data === '[DONE]' ? data : `${name} ${JSON.stringify(shapeOf(JSON.parse(data, withoutTexts)))}`;
  });
  return [...new Set(shapes)].filter((shape) => !IS_BYTES.test(shape));
}

/** The keys of a table of log-probabilities are the texts of the tokens. */
function withoutTexts(key: string, value: unknown): unknown {
  const isTable = key === 'top_logprobs' && Array.isArray(value) && value.every((one) => !('token' in (one ?? {})));
  return isTable ? value.map((table: object) => Object.values(table)) : value;
}

/** A token that is no whole character has an event without text where tokens are listed; those of the words here all are. */
const IS_BYTES = /\["delta",\[\]\].*\["bytes",\[\]\].*\["finish_reason","null"\]/;

/** Error bodies agree but for what the JSON parser, the tokenizer and Python's floats say. */
function errorOf(body: string): unknown {
  const { error, ...rest } = JSON.parse(body);
  return { ...rest, error: typeof error === 'object' ? { ...error, message: '' } : error };
}

function bodyShape(head: string, body: string): unknown {
  if (head.includes('text/event-stream')) return eventShapes(body);
  if (body === '' || /content-type: text\/plain/.test(head)) return body;
  return /^HTTP\/1.1 2/.test(head) ? shapeOf(JSON.parse(body)) : errorOf(body);
}

const send = (simulator: Simulator, { method, path, headers, requestBody }: RecordedExchange): Promise<RawAnswer> =>
  ask(simulator, method, path, requestBody === '' || requestBody === 'null' ? undefined : requestBody, { headers });

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
    for (const [reason, pattern] of LEFT_OUT) {
      expect(
        captures.some(({ name }) => pattern.test(name)),
        reason,
      ).toBe(true);
    }
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (name, capture) => {
      const [, simulator] = simulators.find(([pattern]) => pattern.test(name)) ?? [];
      if (simulator === undefined) throw new TypeError(`no server for ${name}`);
      const answer = await send(simulator, capture);
      expect(headShape(answer.head)).toEqual(headShape(capture.head));
      expect(bodyShape(answer.head, answer.body)).toEqual(bodyShape(capture.head, capture.body));
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
