import type { Backend, RequestSample } from '@assay/loadgen';
import { type Simulator, startSimulator, type TruthRecord } from '@assay/simulator';
import { codeThrownBy } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import type { BackendOptions } from '../src/backend-options.ts';
import { createBackend } from '../src/create-backend.ts';
import { askThrough } from './ask-simulator.ts';
import { PLAIN_OPTIONS, textSample } from './plain-request.ts';

type Face = 'llama-cpp' | 'sglang';

const create = (
  face: Face,
  api: BackendOptions['api'],
  isStreaming = true,
  more: Partial<BackendOptions> = {},
): Backend =>
  createBackend({
    ...PLAIN_OPTIONS,
    backend: face,
    api,
    model: 'assay-sim',
    isStreaming,
    ignoreEos: true,
    verifyStream: true,
    ...more,
  });

const SAMPLE: RequestSample = textSample('the 0 of and to', 12);

const fetchFrom =
  ({ origin }: Simulator): Parameters<Backend['capabilities']>[0] =>
  async ({ method, path, headers, body }) => {
    const sent = body === undefined ? {} : { body: Buffer.from(body) };
    const answer = await fetch(`${origin}${path}`, { method, headers: { ...headers }, ...sent });
    return { status: answer.status, headers: new Map(answer.headers), body: await answer.text() };
  };

const CACHES = { engine: 'batching', batching: { stepMs: 0.2, blockTokens: 4 } } as const;

describe.each(['llama-cpp', 'sglang'] as const)('the adapter of %s against its face', (face) => {
  it('several tokens in an event are several tokens, whatever ends the answer', async () => {
    for (const options of [{ tokensPerEvent: 5 }, { tokensPerEvent: 5, answerTokens: 7 }]) {
      const truths: TruthRecord[] = [];
      const simulator = await startSimulator({
        face,
        ttftMs: 1,
        itlMs: 0.1,
        ...options,
        onTruth: (t) => truths.push(t),
      });
      const backend = create(face, 'native');
      const asked = await askThrough(backend, backend.encode(SAMPLE), simulator.port);
      await simulator.close();
      const decoded = asked.kind === 'decoded' ? asked.decoded : undefined;
      const arrived = decoded?.arrivals.reduce((sum, value, at) => sum + (at % 2 === 1 ? value : 0), 0);
      expect(decoded).toMatchObject({ outcome: 'ok', arrivalsUnit: 'tokens', outputTokens: 12, contentEvents: 4 });
      expect([arrived, truths[0]?.contentTokens, truths[0]?.tokens]).toEqual([12, 12, 12]);
    }
  });

  it.each(['chat', 'completions'] as const)('%s tells its tokens by event where that is asked for', async (api) => {
    const simulator = await startSimulator({ face, ttftMs: 1, itlMs: 0.1, tokensPerEvent: 5 });
    for (const [tokensPerEvent, unit, counts] of [
      ['continuous-usage', 'tokens', 12],
      [undefined, 'events', 4],
    ] as const) {
      const backend = create(face, api, true, { tokensPerEvent });
      const asked = await askThrough(backend, backend.encode(SAMPLE), simulator.port);
      const decoded = asked.kind === 'decoded' ? asked.decoded : undefined;
      const arrived = decoded?.arrivals.reduce((sum, value, at) => sum + (at % 2 === 1 ? value : 0), 0);
      expect(decoded).toMatchObject({ outcome: 'ok', arrivalsUnit: unit, outputTokens: 12, contentEvents: 4 });
      expect(arrived).toBe(counts);
    }
    await simulator.close();
  });

  it('no length is forced where none is asked for, or where an answer has a form', async () => {
    const bodyOf = (backend: Backend, sample: RequestSample): unknown =>
      JSON.parse(new TextDecoder().decode(backend.encode(sample).body));
    const { maxOutputTokens: _, ...endless } = SAMPLE;
    const form: RequestSample = { ...SAMPLE, responseFormat: { kind: 'json-object' } };
    expect(JSON.stringify(bodyOf(create(face, 'native'), { ...endless, maxOutputTokens: undefined }))).not.toContain(
      'eos',
    );
    expect(bodyOf(create(face, 'chat'), form)).not.toHaveProperty('ignore_eos');
    expect(await codeThrownBy(async () => create(face, 'native').encode(form))).toBe('PROMPT_KIND_UNSUPPORTED');
  });

  it('token IDs are counted exactly', async () => {
    const simulator = await startSimulator({ face, ttftMs: 1, itlMs: 0.1 });
    for (const api of ['native', 'completions'] as const) {
      const backend = create(face, api);
      const request = backend.encode({ ...SAMPLE, prompt: { kind: 'token-ids', tokenIds: [5, 6, 7, 8] } });
      const asked = await askThrough(backend, request, simulator.port);
      expect(asked.kind === 'decoded' && asked.decoded.usage?.promptTokens).toBe(4);
    }
    await simulator.close();
  });

  it('a prompt that is too long is refused, streamed and not', async () => {
    const simulator = await startSimulator({ face, maxModelLength: 8 });
    const inStream = face === 'sglang' ? 'STREAM_ERROR_EVENT' : 'HTTP_400';
    for (const [isStreaming, code] of [[true, inStream] as const, [false, 'HTTP_400'] as const]) {
      const backend = create(face, 'native', isStreaming);
      const request = backend.encode({ ...SAMPLE, prompt: { kind: 'token-ids', tokenIds: Array(9).fill(5) } });
      const asked = await askThrough(backend, request, simulator.port);
      expect(asked).toMatchObject({ kind: 'decoded', decoded: { code } });
    }
    await simulator.close();
  });

  it('a full queue is told as the runtime tells it', async () => {
    const codes = face === 'sglang' ? ['SERVER_ABORTED', 'HTTP_503'] : ['HTTP_503', 'HTTP_503'];
    for (const [at, isStreaming] of [true, false].entries()) {
      const truths: TruthRecord[] = [];
      const onTruth = (record: TruthRecord): number => truths.push(record);
      const simulator = await startSimulator({ face, slots: 1, queueLimit: 0, ttftMs: 60_000, onTruth });
      const backend = create(face, 'native', isStreaming);
      const first = askThrough(backend, backend.encode(SAMPLE), simulator.port);
      while (simulator.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
      const asked = await askThrough(backend, backend.encode(SAMPLE), simulator.port);
      expect([asked.kind === 'decoded' && asked.decoded.code, truths[0]?.expectedCode]).toEqual([codes[at], codes[at]]);
      await simulator.close();
      await first;
    }
  });

  it('capabilities, tokens of a text, cached tokens and totals agree', async () => {
    const simulator = await startSimulator({ face, maxModelLength: 4096, ...CACHES });
    const backend = create(face, 'native');
    const fetchText = fetchFrom(simulator);
    expect(await backend.capabilities(fetchText)).toMatchObject({
      serverName: face,
      models: ['assay-sim'],
      acceptsTokenIdPrompts: true,
      hasTokenizer: true,
      hasMetrics: true,
      reportsCachedTokens: true,
      maxModelLength: 4096,
      unknownBecause: {},
    });
    const before = await backend.readCounters?.(fetchText);
    expect([before?.promptTokens, before?.generatedTokens]).toEqual([0, 0]);
    const usages = [];
    for (const _ of [1, 2]) {
      const asked = await askThrough(backend, backend.encode(SAMPLE), simulator.port);
      usages.push(asked.kind === 'decoded' ? asked.decoded.usage : undefined);
    }
    const counters = await backend.readCounters?.(fetchText);
    await simulator.close();
    const [cold, warm] = usages;
    const promptTokens = cold?.promptTokens ?? 0;
    expect(cold?.cachedTokens).toBe(0);
    expect(warm?.cachedTokens).toBeGreaterThan(0);
    expect(counters).toEqual({
      requests: face === 'sglang' ? 2 : undefined,
      promptTokens: 2 * promptTokens,
      generatedTokens: 24,
      cachedPromptTokens: warm?.cachedTokens,
    });
  });

  it('counts the tokens of a text as the server does', async () => {
    const simulator = await startSimulator({ face, ttftMs: 1, itlMs: 0.1 });
    for (const api of ['native', 'chat'] as const) {
      const backend = create(face, api);
      const asked = await askThrough(backend, backend.encode(SAMPLE), simulator.port);
      const counted = await backend.countTokens?.(fetchFrom(simulator), 'the 0 of and to');
      expect(asked.kind === 'decoded' && asked.decoded.usage?.promptTokens).toBe(counted);
    }
    await simulator.close();
  });
});
