import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer, shapeOf } from '../../../test/raw-client.ts';
import { exchangesOf, type RecordedExchange } from '../../../test/recorded-exchange.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captures = exchangesOf('tgi-3.3.6-dev0');
const OPTIONS = { face: 'tgi', model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;

/** Captures whose server was in a state that a request alone does not bring about; other tests of this file bring it about. */
const OTHER_STATE =
  /^(after_shard|b_|queue|client_disconnect|disconnect|health_after|sig|metrics|.*_fail|.*fail_|.*shard_error|generate_fail|.*_stall)/;
/** Whether a tool is called is up to the model; the face always calls one. */
const OTHER_ANSWER = /^openai_chat_tool_notool/;

const alone = captures.filter(({ name }) => !OTHER_STATE.test(name) && !OTHER_ANSWER.test(name));

/** Names of the headers in their order, and the values that are not times, counts or lengths. */
function headShape(head: string): readonly string[] {
  const [status = '', ...lines] = head.split('\r\n');
  const isFigure =
    /^(date|content-length|x-(compute-time|compute-characters|total|validation|queue|inference|time|prompt|generated))/;
  return [status, ...lines.map((line) => (isFigure.test(line) ? (line.split(':')[0] ?? '') : line))];
}

/** Shapes of the events in their order, without repetitions of the same one; `[DONE]` as itself. */
function eventShapes(body: string): readonly unknown[] {
  const shapes = eventsOf(body).map((data) => (data === '[DONE]' ? data : JSON.stringify(shapeOf(JSON.parse(data)))));
  return shapes.filter((shape, at) => shape !== shapes[at - 1]);
}

/** Places in a body depend on the JSON parser, counts on the tokenizer. */
const withoutFigures = (text: string): string =>
  text
    .replace(/: (inputs: )?EOF while parsing an? \w+/, ': EOF')
    .replace(/column \d+/, 'column N')
    .replace(/Given: \d+ `inputs`/, 'Given: N `inputs`');

function bodyShape(head: string, body: string): unknown {
  if (/content-type: text\/event-stream/.test(head)) {
    return /"error":/.test(body) ? eventsOf(body).map(withoutFigures) : eventShapes(body);
  }
  if (/content-type: text\/plain/.test(head) || body === '') return withoutFigures(body);
  const value: unknown = JSON.parse(body);
  return typeof value === 'object' && value !== null && 'error' in value
    ? JSON.parse(withoutFigures(body))
    : shapeOf(value);
}

function expectAlike(answer: RawAnswer, capture: RecordedExchange): void {
  expect(headShape(answer.head)).toEqual(headShape(capture.head));
  expect(bodyShape(answer.head, answer.body)).toEqual(bodyShape(capture.head, capture.body));
}

const send = (simulator: Simulator, { method, path, headers, requestBody }: RecordedExchange): Promise<RawAnswer> =>
  ask(simulator, method, path, requestBody === '' ? undefined : requestBody, { headers });

const named = (name: string): RecordedExchange => captures.find((capture) => capture.name === name) as RecordedExchange;

describe.skipIf(captures.length === 0)('against bytes of a real TGI 3.3.6 router', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator(OPTIONS);
  });
  afterAll(() => simulator.close());

  test('most captures can be asked for again', () => {
    expect(alone.length).toBeGreaterThan(70);
  });

  test.each(alone.map((capture) => [capture.name, capture] as const))(
    '%s: values differ, nothing else',
    async (_, capture) => {
      expectAlike(await send(simulator, capture), capture);
    },
  );
});

test('the arguments of a streamed call are whole, and no event says that it finished', async () => {
  const simulator = await startSimulator({ ...OPTIONS, answerTokens: 20 });
  const tools = [{ type: 'function', function: { name: 'f', parameters: { properties: { city: {} } } } }];
  const body = { model: 'tiny', messages: [{ role: 'user', content: 'x' }], tools, stream: true };
  const answer = await ask(simulator, 'POST', '/v1/chat/completions', body, {
    headers: 'content-type: application/json\r\n',
  });
  await simulator.close();
  const events = eventsOf(answer.body);
  expect(events.at(-1)).toBe('[DONE]');
  const choices = events.slice(0, -1).map((data) => JSON.parse(data).choices[0]);
  const calls = choices.map(({ delta }) => delta.tool_calls[0].function);
  expect(calls.map(({ name }) => name).filter(Boolean)).toEqual(['f']);
  const given = JSON.parse(calls.map((call) => call.arguments).join(''));
  expect(Object.keys(given)).toEqual(['city']);
  expect(choices.every(({ finish_reason }) => finish_reason === null)).toBe(true);
  expect(choices.length).toBe(20 - 8);
});

/** Runs a simulator of its own around one call. */
async function withSimulator<T>(
  options: Omit<Parameters<typeof startSimulator>[0], 'face'>,
  use: (simulator: Simulator) => Promise<T>,
): Promise<T> {
  const simulator = await startSimulator({ ...OPTIONS, ...options });
  try {
    return await use(simulator);
  } finally {
    await simulator.close();
  }
}

describe.skipIf(captures.length === 0)('states of a real router', () => {
  test.each([
    'b_err_no_key',
    'b_err_no_key_chat',
    'b_err_wrong_key',
    'b_tokenize_no_key',
    'b_chat_tokenize_no_key',
    'b_info',
    'b_metrics_no_key',
    'b_models_no_key',
  ])('with a key: %s', async (name) => {
    const capture = named(name);
    await withSimulator({ apiKey: 'secret' }, async (simulator) =>
      expectAlike(await send(simulator, capture), capture),
    );
  });

  test('the key opens', async () => {
    const keyed = {
      ...named('b_err_no_key'),
      headers: 'content-type: application/json\r\nauthorization: Bearer secret\r\n',
    };
    const answer = await withSimulator({ apiKey: 'secret' }, (simulator) => send(simulator, keyed));
    expect(answer.status).toBe(200);
  });

  test.each(['queue6_req4', 'queue6_req5', 'queue6_openai'])('overloaded: %s', async (name) => {
    const capture = named(name);
    await withSimulator({ slots: 1, queueLimit: 0, ttftMs: 60_000 }, async (simulator) => {
      const holder = send(simulator, named('generate_stream_details'));
      while (simulator.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
      expectAlike(await send(simulator, capture), capture);
      await simulator.close();
      await holder;
    });
  });

  /** Shapes of the events and the class of the error, whose message names what failed. */
  const failureShape = (body: string): readonly unknown[] =>
    eventsOf(body)
      .map((data) => (data === '[DONE]' ? data : JSON.stringify(shapeOf(JSON.parse(data)))))
      .filter((shape, at, shapes) => shape !== shapes[at - 1]);

  test.each(['count_shard_error', 'traceparent_fail', 'openai_chat_fail_mid', 'openai_comp_fail_mid'])(
    'the engine fails in the middle: %s',
    async (name) => {
      const capture = named(name);
      const answer = await withSimulator({ faults: 'error-event:#0' }, (simulator) => send(simulator, capture));
      expect(headShape(answer.head)).toEqual(headShape(capture.head));
      expect(failureShape(answer.body)).toEqual(failureShape(capture.body));
    },
  );

  test.each(['generate_fail', 'openai_chat_fail_first', 'after_shard_death'])(
    'the engine fails before an answer: %s',
    async (name) => {
      const capture = named(name);
      const answer = await withSimulator({ faults: 'error-event:#0' }, (simulator) => send(simulator, capture));
      expect(headShape(answer.head)).toEqual(headShape(capture.head));
      const { error, ...rest } = JSON.parse(answer.body);
      const { error: realError, ...realRest } = JSON.parse(capture.body);
      expect(rest).toEqual(realRest);
      const classOf = (message: string): string => message.split(':').slice(0, 2).join(':');
      expect(classOf(error)).toBe(classOf(realError));
    },
  );

  test('killed in the middle of a stream: the body has no end', async () => {
    const capture = named('sigkill_midstream');
    const answer = await withSimulator({ faults: 'cut:#0' }, (simulator) => send(simulator, capture));
    expect(answer.isComplete).toBe(false);
    expect(headShape(answer.head)).toEqual(headShape(capture.head));
    expect(eventShapes(answer.body)).toEqual(eventShapes(capture.body));
  });
});

describe.skipIf(captures.length === 0)('/metrics of a real router', () => {
  /** Comments and names of series with their labels; buckets by their bounds. */
  const seriesOf = (page: string): readonly string[] =>
    page
      .split('\n')
      .map((line) => (line.startsWith('#') ? line : line.replace(/ [^ ]+$/, '')))
      .filter((line) => line !== '')
      .sort();

  test('the same families, types, help, labels and buckets', async () => {
    const real = named('metrics_after');
    // Wrong values, overload, a failing engine and a client that leaves bring up every series of the page.
    const limits = { slots: 1, queueLimit: 0, faults: 'error-event:#1', itlMs: 40 };
    await withSimulator(limits, async (simulator) => {
      await send(simulator, named('generate_stream_details'));
      await send(simulator, named('generate_stream_details'));
      await send(simulator, named('err_temperature_0'));
      let left: Promise<RawAnswer> | undefined;
      const socket = await new Promise<Socket>((resolve) => {
        left = ask(simulator, 'POST', '/generate_stream', named('generate_stream_details').requestBody, {
          headers: 'content-type: application/json\r\n',
          quietMs: 300,
          onSocket: (holder) => holder.on('data', (bytes) => bytes.includes('"token"') && resolve(holder)),
        });
      });
      await send(simulator, named('queue6_req4'));
      socket.destroy();
      await left;
      while (simulator.stats().inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
      const page = await send(simulator, { ...real, headers: '' });
      expect(headShape(page.head)).toEqual(headShape(real.head));
      const isInputBound = (line: string): boolean => line.startsWith('tgi_request_input_length_bucket');
      // The engine fails after a first token here, never before it.
      const isPrefillFailure = (line: string): boolean =>
        line.startsWith('tgi_batch_inference_failure{method="prefill"}');
      // The limit of the prompt is one below that of the whole here, 3072 there.
      expect(seriesOf(page.body).filter((line) => !isInputBound(line))).toEqual(
        seriesOf(real.body).filter((line) => !isInputBound(line) && !isPrefillFailure(line)),
      );
      expect(seriesOf(page.body).filter(isInputBound).length).toBe(seriesOf(real.body).filter(isInputBound).length);
    });
  });

  test.each([
    ['one_native_request', 'count_native', 1],
    ['one_openai_request', 'count_openai', 2],
    ['two_prompts_request', 'count_two_prompts', 3],
  ])('%s moves the request count as the real one', async (_, name, count) => {
    await withSimulator({}, async (simulator) => {
      await send(simulator, named(name));
      const { body } = await ask(simulator, 'GET', '/metrics');
      expect(/^tgi_request_count (\d+)$/m.exec(body)?.[1]).toBe(String(count));
      expect(/^tgi_request_success (\d+)$/m.exec(body)?.[1]).toBe(String(Math.max(1, count - 1)));
    });
  });

  test('a refused stream counts as a failure of validation', async () => {
    await withSimulator({}, async (simulator) => {
      await send(simulator, named('count_validation_error'));
      const { body } = await ask(simulator, 'GET', '/metrics');
      expect(body).toContain('tgi_request_failure{err="validation"} 1\n');
      expect(body).toContain('tgi_request_count 1\n');
    });
  });

  test('a body that is no JSON moves nothing', async () => {
    await withSimulator({}, async (simulator) => {
      await send(simulator, named('count_json_error'));
      expect((await ask(simulator, 'GET', '/metrics')).body).toBe('');
    });
  });
});

if (captures.length === 0) test.skip('likeness to TGI: shared/data/engines is absent', () => undefined);
