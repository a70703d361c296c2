import type { Backend, DecodedResponse, RequestSample } from '@assay/loadgen';
import { startSimulator, type TruthRecord } from '@assay/simulator';
import { describe, expect, it } from 'vitest';
import { type Asked, askThrough } from '../../test/ask-simulator.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createBackend } from '../create-backend.ts';

/** Faults that an answer shows by itself, and three good requests; silence and refused connections are the transport's. */
const FAULTS = [
  'error-event',
  'cut',
  'cut-reset',
  'empty',
  'empty-body',
  'malformed',
  'wrong-usage',
  'slow-drip',
  'html-200',
  'no-done',
  'abort',
  'close',
  'http-429',
  'http-503',
  'reset',
];
const REQUESTS = FAULTS.length + 3;

const create = (api: 'native' | 'chat' | 'completions', isStreaming: boolean): Backend =>
  createBackend({
    ...PLAIN_OPTIONS,
    backend: 'tgi',
    api,
    model: 'assay-sim',
    isStreaming,
    verifyStream: true,
  });

const sample = (index: number): RequestSample => ({
  index,
  prompt: { kind: 'text', text: `the ${index} of and to` },
  inputTokens: undefined,
  inputTokensSource: 'approximate',
  maxOutputTokens: 12,
});

function expectTruth({ outcome, code, ...decoded }: DecodedResponse, truth: TruthRecord): void {
  expect(code ?? null).toBe(truth.expectedCode);
  expect(outcome === 'ok').toBe(truth.expectedCode === null);
  if (truth.isStreaming) expect(decoded.contentEvents).toBe(truth.contentEvents);
  if (truth.expectedCode !== null) return;
  expect(decoded.outputTokens).toBe(truth.tokens);
  expect(decoded.outputTokensSource).toBe('usage');
  expect(decoded.usage?.promptTokens).toBe(truth.promptTokens);
  expect(decoded.finishReason).toBe(truth.finishReason);
  expect(new Set(decoded.tokenCounts?.map(({ tokens }) => tokens) ?? [truth.tokens])).toEqual(new Set([truth.tokens]));
}

function expectAsked(asked: Asked, truth: TruthRecord): void {
  if (asked.kind === 'decoded') expectTruth(asked.decoded, truth);
  else expect(truth.expectedCode).toBe('SOCKET_RESET');
}

const cases = (['native', 'chat', 'completions'] as const).flatMap((api) =>
  [true, false].flatMap((isStreaming) =>
    // An answer that ends by itself, one that is cut off, and bursts of several tokens.
    [{ answerTokens: 7 }, { answerTokens: 40 }, { answerTokens: 7, tokensPerEvent: 3 }].map(
      (options) => [api, isStreaming, options] as const,
    ),
  ),
);

describe('the adapter against the face', () => {
  it.each(cases)('%s, streaming %s, %j: records agree with the truth', async (api, isStreaming, options) => {
    const truths: TruthRecord[] = [];
    const simulator = await startSimulator({
      face: 'tgi',
      ttftMs: 1,
      itlMs: 0.1,
      ...options,
      faults: FAULTS.map((fault, at) => `${fault}:#${at}`).join(','),
      onTruth: (record) => truths.push(record),
    });
    const backend = create(api, isStreaming);
    for (let index = 0; index < REQUESTS; index++) {
      const asked = await askThrough(backend, backend.encode(sample(index)), simulator.port);
      expectAsked(asked, truths[index] as TruthRecord);
    }
    await simulator.close();
    expect(truths).toHaveLength(REQUESTS);
  });

  it('a full queue is overload, an event on streams and a status else', async () => {
    for (const api of ['native', 'chat', 'completions'] as const) {
      for (const isStreaming of [true, false]) {
        const truths: TruthRecord[] = [];
        const onTruth = (record: TruthRecord): number => truths.push(record);
        const simulator = await startSimulator({ face: 'tgi', slots: 1, queueLimit: 0, ttftMs: 60_000, onTruth });
        const backend = create(api, isStreaming);
        const first = askThrough(backend, backend.encode(sample(0)), simulator.port);
        while (simulator.stats().inFlight === 0) await new Promise((resolve) => setImmediate(resolve));
        const asked = await askThrough(backend, backend.encode(sample(1)), simulator.port);
        expectAsked(asked, truths[0] as TruthRecord);
        expect(truths[0]?.expectedCode).toBe(isStreaming ? 'STREAM_ERROR_EVENT' : 'HTTP_429');
        await simulator.close();
        await first;
      }
    }
  });

  it('capabilities, tokens of a text and totals agree', async () => {
    const simulator = await startSimulator({ face: 'tgi', ttftMs: 1, itlMs: 0.1, maxModelLength: 4096 });
    const backend = create('native', true);
    const fetchText: Parameters<Backend['capabilities']>[0] = async ({ method, path, headers, body }) => {
      const sent = body === undefined ? {} : { body: Buffer.from(body) };
      const answer = await fetch(`${simulator.origin}${path}`, { method, headers: { ...headers }, ...sent });
      return { status: answer.status, headers: new Map(answer.headers), body: await answer.text() };
    };
    expect(await backend.capabilities(fetchText)).toMatchObject({
      serverName: 'tgi',
      models: ['assay-sim'],
      hasTokenizer: true,
      hasMetrics: true,
      maxModelLength: 4096,
      unknownBecause: {},
    });
    const prompt = 'the 0 of and to';
    const asked = await askThrough(backend, backend.encode(sample(0)), simulator.port);
    const usage = asked.kind === 'decoded' ? asked.decoded.usage : undefined;
    expect(await backend.countTokens?.(fetchText, prompt)).toBe(usage?.promptTokens);
    expect(await backend.readCounters?.(fetchText)).toEqual({
      requests: 1,
      promptTokens: usage?.promptTokens,
      generatedTokens: 12,
      cachedPromptTokens: undefined,
    });
    await simulator.close();
  });
});
