import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ask, eventsOf, type RawAnswer } from '../../../test/raw-client.ts';
import { exchangesOf, type RecordedExchange } from '../../../test/recorded-exchange.ts';
import { answerShape, resend } from '../../../test/replay.ts';
import { TGI_LIKENESS } from '../../../test/tgi-likeness.ts';
import { type Simulator, startSimulator } from '../../simulator.ts';

const captures = exchangesOf('tgi-3.3.6-dev0');
const OPTIONS = { face: 'tgi', model: 'tiny', maxModelLength: 4096, ttftMs: 1, itlMs: 0.1, answerTokens: 8 } as const;

function expectAlike(answer: RawAnswer, capture: RecordedExchange): void {
  expect(answerShape(answer, TGI_LIKENESS)).toEqual(answerShape(capture, TGI_LIKENESS));
}

const named = (name: string): RecordedExchange => captures.find((capture) => capture.name === name) as RecordedExchange;

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
  test('the key opens', async () => {
    const keyed = {
      ...named('b_err_no_key'),
      headers: 'content-type: application/json\r\nauthorization: Bearer secret\r\n',
    };
    const answer = await withSimulator({ apiKey: 'secret' }, (simulator) => resend(simulator, keyed));
    expect(answer.status).toBe(200);
  });

  test.each(['queue6_req4', 'queue6_req5', 'queue6_openai'])('overloaded: %s', async (name) => {
    const capture = named(name);
    await withSimulator({ slots: 1, queueLimit: 0, ttftMs: 60_000 }, async (simulator) => {
      const holder = resend(simulator, named('generate_stream_details'));
      while (simulator.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
      expectAlike(await resend(simulator, capture), capture);
      await simulator.close();
      await holder;
    });
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
      await resend(simulator, named('generate_stream_details'));
      await resend(simulator, named('generate_stream_details'));
      await resend(simulator, named('err_temperature_0'));
      let left: Promise<RawAnswer> | undefined;
      const socket = await new Promise<Socket>((resolve) => {
        left = ask(simulator, 'POST', '/generate_stream', named('generate_stream_details').requestBody, {
          headers: 'content-type: application/json\r\n',
          quietMs: 300,
          onSocket: (holder) => holder.on('data', (bytes) => bytes.includes('"token"') && resolve(holder)),
        });
      });
      await resend(simulator, named('queue6_req4'));
      socket.destroy();
      await left;
      while (simulator.stats().inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
      const page = await resend(simulator, { ...real, headers: '' });
      expect(answerShape(page, TGI_LIKENESS).head).toEqual(answerShape(real, TGI_LIKENESS).head);
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
      await resend(simulator, named(name));
      const { body } = await ask(simulator, 'GET', '/metrics');
      expect(/^tgi_request_count (\d+)$/m.exec(body)?.[1]).toBe(String(count));
      expect(/^tgi_request_success (\d+)$/m.exec(body)?.[1]).toBe(String(Math.max(1, count - 1)));
    });
  });

  test('a refused stream counts as a failure of validation', async () => {
    await withSimulator({}, async (simulator) => {
      await resend(simulator, named('count_validation_error'));
      const { body } = await ask(simulator, 'GET', '/metrics');
      expect(body).toContain('tgi_request_failure{err="validation"} 1\n');
      expect(body).toContain('tgi_request_count 1\n');
    });
  });

  test('a body that is no JSON moves nothing', async () => {
    await withSimulator({}, async (simulator) => {
      await resend(simulator, named('count_json_error'));
      expect((await ask(simulator, 'GET', '/metrics')).body).toBe('');
    });
  });
});

if (captures.length === 0) test.skip('likeness to TGI: shared/data/engines is absent', () => undefined);
