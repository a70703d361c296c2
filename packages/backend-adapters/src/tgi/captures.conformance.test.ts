import { createHash } from 'node:crypto';
import type { DecodedResponse } from '@assay/loadgen';
import { type Capture, loadCaptures } from '@assay/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import { createBackend } from '../create-backend.ts';

/** Routes that answer with a generation; `/vertex` wraps answers into a list of texts, which no interface of the adapter is. */
const ROUTES = /^\/(generate|generate_stream|invocations|v1\/completions|v1\/chat\/completions)?$/;

const captures = loadCaptures().filter(
  ({ engine, request }) => engine === 'tgi' && request.method === 'POST' && ROUTES.test(request.path),
);

interface Face {
  readonly api: 'native' | 'chat' | 'completions';
  readonly isStreaming: boolean;
}

function faceOf({ request: { path, body } }: Capture): Face {
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const isStreaming = fields['stream'] === true;
  if (path.startsWith('/generate')) return { api: 'native', isStreaming: path === '/generate_stream' };
  if (path === '/v1/completions') return { api: 'completions', isStreaming };
  const isChat = path === '/v1/chat/completions' || fields['messages'] !== undefined;
  return { api: isChat ? 'chat' : 'native', isStreaming };
}

function decode(capture: Capture, bytes: Uint8Array, size: number, verifyStream: boolean): DecodedResponse {
  const { api, isStreaming } = faceOf(capture);
  const decoder = createBackend({
    ...PLAIN_OPTIONS,
    backend: 'tgi',
    api,
    model: 'tiny',
    isStreaming,
    verifyStream,
  }).createDecoder();
  return decodeBytes(bytes, decoder, size);
}

function headerTokens({ bytes }: Capture): number | undefined {
  const head = new TextDecoder('latin1').decode(bytes).split('\r\n\r\n')[0] ?? '';
  const tokens = /^x-generated-tokens: (\d+)/m.exec(head)?.[1];
  return tokens === undefined ? undefined : Number(tokens);
}

/** Usage of the index, several prompts added up: TGI sends one usage for each. */
function truthUsage({ truth }: Capture): { readonly prompt: number; readonly completion: number } | undefined {
  const usage = truth.usage as { completion_tokens: number; prompt_tokens: number } | null | undefined;
  if (usage === undefined || usage === null) return undefined;
  const reasons = Object.values(truth.finish_reasons ?? {}).filter(Boolean);
  const parts = truth['usage_position'] === 'finish event' ? reasons.length || 1 : 1;
  return { prompt: usage.prompt_tokens * parts, completion: usage.completion_tokens * parts };
}

function expectTruth(capture: Capture, decoded: DecodedResponse): void {
  const { truth, mustReport } = capture;
  const isOk = mustReport === 'ok';
  expect(decoded.code).toBe(expectedCode(mustReport));
  expect(decoded.outcome === 'ok').toBe(isOk);
  if (truth.content_events !== undefined) expect(decoded.contentEvents).toBe(truth.content_events);
  const usage = truthUsage(capture);
  if (usage !== undefined) {
    expect(decoded.usage?.promptTokens).toBe(usage.prompt);
    expect(decoded.usage?.completionTokens).toBe(usage.completion);
    expect(decoded.outputTokens).toBe(headerTokens(capture) ?? usage.completion);
  }
  if (!isOk) return;
  const reasons = Object.values(truth.finish_reasons ?? {}).filter(Boolean);
  if (reasons.length > 0) expect(decoded.finishReason).toBe(reasons.join(','));
  const isEveryEventToken = faceOf(capture).api === 'native' && faceOf(capture).isStreaming;
  if (!isEveryEventToken) return;
  expect(decoded.outputTokens).toBe(truth.events);
  expect(decoded.arrivals.filter((_, i) => i % 2 === 1).reduce((sum, tokens) => sum + tokens, 0)).toBe(truth.events);
}

describe.skipIf(captures.length === 0)('captured answers of TGI 3.3.6 (shared data)', () => {
  it('there are captures of every interface, streamed and not', () => {
    const faces = new Set(captures.map((capture) => JSON.stringify(faceOf(capture))));
    expect(faces.size).toBe(6);
  });

  it.each(captures.map((capture) => [capture.name, capture] as const))('%s', (_name, capture) => {
    for (const size of [capture.bytes.length, 1, 7, 100])
      expectTruth(capture, decode(capture, capture.bytes, size, size === 7));
  });

  it('counts tokens of plain answers from the headers, with the times', () => {
    const capture = captures.find(({ name }) => name.endsWith('/generate')) as Capture;
    expect(decode(capture, capture.bytes, 1e6, false)).toMatchObject({
      outputTokens: 59,
      outputTokensSource: 'server-timings',
      usage: { promptTokens: 3, completionTokens: 59 },
      serverTimes: { queueMs: 0, totalMs: 465, prefillMs: undefined, decodeMs: undefined },
    });
  });

  it('prefers the header where tools were offered and not taken, and shows both counts', () => {
    const capture = captures.find(({ name }) => name.endsWith('/openai_chat_tool_notool')) as Capture;
    expect(decode(capture, capture.bytes, 1e6, false)).toMatchObject({
      outputTokens: 59,
      tokenCounts: [
        { source: 'server-timings', tokens: 59 },
        { source: 'usage', tokens: 17 },
      ],
    });
  });
});

/** Parts of a capture that hold its end: without them no answer is a success. */
function withoutEnd(capture: Capture): Uint8Array {
  const text = Buffer.from(capture.bytes).toString('latin1');
  const mark = faceOf(capture).api === 'native' ? /data: \{[^\n]*"generated_text":"/g : /data: \[DONE\]/g;
  const at = [...text.matchAll(mark)].at(-1)?.index;
  return capture.bytes.slice(0, at);
}

const streams = captures.filter((capture) => capture.mustReport === 'ok' && faceOf(capture).isStreaming);
const small = streams.filter(({ bytes }) => bytes.length < 20_000);
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(captures.length === 0)('mutated captures of TGI', () => {
  it.each(streams.map((capture) => [capture.name, capture] as const))(
    '%s without its end is no success',
    (_, capture) => {
      const bytes = withoutEnd(capture);
      expect(bytes.length).toBeLessThan(capture.bytes.length);
      const whole = decode(capture, bytes, bytes.length, false);
      expect(whole.outcome).not.toBe('ok');
      // The same events, and then an end of the body that looks whole.
      const closed = new Uint8Array([...bytes.slice(0, bytes.lastIndexOf(0x0a, -4)), ...Buffer.from('\n0\r\n\r\n')]);
      expect(decode(capture, closed, 50, false).outcome).not.toBe('ok');
    },
  );

  it('a cut anywhere before the end is no success', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...small),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(200),
        (capture, share, size) => {
          const end = withoutEnd(capture).length;
          const decoded = decode(capture, capture.bytes.slice(0, Math.floor(end * share)), size + 1, false);
          expect(decoded.outcome).not.toBe('ok');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('a repeated or missing event of the native stream is seen', () => {
    const natives = small.filter((capture) => faceOf(capture).api === 'native' && Number(capture.truth.events) > 2);
    fc.assert(
      fc.property(fc.constantFrom(...natives), fc.nat(), fc.boolean(), (capture, pick, isRepeated) => {
        const text = Buffer.from(capture.bytes).toString('latin1');
        const chunks = [...text.matchAll(/[0-9A-F]+\r\ndata: [^\n]*\n\n\r\n/g)];
        const chunk = chunks[pick % (chunks.length - 1)];
        if (chunk === undefined) throw new Error('no event in the capture');
        const changed =
          text.slice(0, chunk.index) +
          (isRepeated ? chunk[0] + chunk[0] : '') +
          text.slice(chunk.index + chunk[0].length);
        const decoded = decode(capture, Buffer.from(changed, 'latin1'), 64, false);
        expect(decoded.code).toBe('STREAM_MALFORMED');
      }),
      { numRuns: 100 },
    );
  });

  it('bit flips and repeated ranges never throw, and every success has its end', () => {
    const all = captures.filter(({ bytes }) => bytes.length < 20_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.array(fc.tuple(fc.nat(), fc.nat(7)), { maxLength: 4 }),
        fc.tuple(fc.nat(), fc.nat(300), fc.boolean()),
        fc.integer({ min: 1, max: 500 }),
        (capture, flips, [from, length, isRepeating], size) => {
          const bytes = capture.bytes.slice();
          for (const [at, bit] of flips) bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << bit);
          const start = from % bytes.length;
          const range = bytes.slice(start, start + length);
          const changed = isRepeating
            ? new Uint8Array([...bytes.slice(0, start), ...range, ...bytes.slice(start)])
            : bytes;
          const decoded = decode(capture, changed, size, false);
          if (decoded.outcome !== 'ok') expect(decoded.code).toBeDefined();
          else if (faceOf(capture).isStreaming) {
            const text = Buffer.from(changed).toString('latin1');
            expect(text).toMatch(faceOf(capture).api === 'native' ? /"generated_text":\s*"/ : /\[DONE\]/);
          }
          // The same bytes say the same however they are cut.
          if (hash(changed) !== hash(capture.bytes))
            expect(decode(capture, changed, changed.length, false).code).toBe(decoded.code);
        },
      ),
      { numRuns: 150 },
    );
  });
});

if (captures.length === 0) it.skip('captured answers of TGI: shared/data/engines is absent', () => undefined);
