import { type BackendOptions, createBackend } from '@assay/backend-adapters';
import {
  type Backend,
  createNetTransport,
  type DecodedResponse,
  type RequestSample,
  type Transport,
} from '@assay/loadgen';
import { createUndiciTransport } from '@assay/loadgen/undici';
import { type FaceName, startSimulator } from '@assay/simulator';
import { describe, expect, test } from 'vitest';

/** Faults by order of arrival; `close` is the last, as its server need not announce it. Those that only a time-out ends are tested with the command. */
const FAULTS = [
  ...['error-event', 'cut', 'cut-reset', 'empty', 'empty-body', 'malformed', 'wrong-usage', 'slow-drip'],
  ...['reset', 'html-200', 'no-done', 'abort', 'http-400', 'http-503', 'none', 'close'],
] as const;
const PLAN = FAULTS.flatMap((fault, index) => (fault === 'none' ? [] : [`${fault}:#${index}`])).join(',');

const INTERFACES: readonly (readonly [FaceName & BackendOptions['backend'], BackendOptions['api'], boolean])[] = [
  ...(['vllm', 'openai', 'tgi', 'sglang', 'llama-cpp', 'kserve'] as const).flatMap((face) =>
    (['chat', 'completions'] as const).flatMap((api) => [[face, api, true] as const, [face, api, false] as const]),
  ),
  ...(['tgi', 'sglang', 'llama-cpp', 'triton'] as const).flatMap((face) => [
    [face, 'native', true] as const,
    [face, 'native', false] as const,
  ]),
  ['kserve', 'native', false],
  ...(['vllm', 'openai'] as const).flatMap((face) => [
    [face, 'responses', true] as const,
    [face, 'responses', false] as const,
    [face, 'embeddings', false] as const,
  ]),
];
const CLOCK = { nowMs: (): number => performance.now() };
const SAMPLE: RequestSample = {
  index: 0,
  prompt: { kind: 'text', text: 'one two three' },
  inputTokens: undefined,
  inputTokensSource: 'approximate',
  maxOutputTokens: 6,
};

interface Seen {
  readonly code: string | null;
  readonly decoded: DecodedResponse | undefined;
}

/** One exchange as the load generator makes it: what is cut after its head is the decoder's to judge. */
function exchange(transport: Transport, backend: Backend): Promise<Seen> {
  const decoder = backend.createDecoder(SAMPLE);
  const judge = (end: Parameters<typeof decoder.finish>[0]): Seen => {
    const decoded = decoder.finish(end);
    return { code: decoded.code ?? null, decoded };
  };
  return new Promise((resolve) => {
    transport.send(transport.prepare(backend.encode(SAMPLE)), {
      onConnect: () => undefined,
      onSent: () => undefined,
      onHeaders: (status, headers, atMs) => decoder.onHeaders(status, headers, atMs),
      onBody: (bytes, start, end, atMs) => decoder.onBody(bytes, start, end, atMs),
      onComplete: () => resolve(judge({ kind: 'complete' })),
      onFailure: (code, message, _atMs, wasResponseStarted) => {
        const isCut = code === 'SOCKET_RESET' || code === 'STREAM_TRUNCATED';
        resolve(wasResponseStarted && isCut ? judge({ kind: 'cut', code, message }) : { code, decoded: undefined });
      },
    });
  });
}

describe.each([
  ['net', createNetTransport],
  ['undici', createUndiciTransport],
] as const)('every adapter against its face, by %s', (_name, createTransport) => {
  test.each(INTERFACES)('%s %s, streamed %s', async (face, api, isStreaming) => {
    const truths = new Map<number, { readonly expectedCode: string | null; readonly tokens: number }>();
    const simulator = await startSimulator({
      face,
      model: 'm',
      ttftMs: 1,
      itlMs: 0.2,
      faults: PLAN,
      onTruth: (truth) => truths.set(truth.requestIndex, truth),
    });
    const backend = createBackend({
      backend: face,
      api,
      model: 'm',
      isStreaming,
      ignoreEos: false,
      includeUsage: true,
      basePath: '',
      headers: {},
      verifyStream: true,
    });
    const target = { origin: new URL(simulator.origin), connectTimeoutMs: 2000 };
    const transport = createTransport(target, { clock: CLOCK });
    try {
      for (const [index, fault] of FAULTS.entries()) {
        const { code, decoded } = await exchange(transport, backend);
        const truth = truths.get(index);
        expect({ fault, code }).toEqual({ fault, code: truth?.expectedCode });
        if (code !== null || decoded?.outputTokens === undefined) continue;
        // A stream that holds nothing may be legal, and then nothing is what came.
        const isEmpty = fault === 'empty' || fault === 'empty-body';
        expect({ fault, tokens: decoded.outputTokens }).toEqual({ fault, tokens: isEmpty ? 0 : truth?.tokens });
      }
    } finally {
      await transport.close();
      await simulator.close();
    }
  });
});
