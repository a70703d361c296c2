import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBytes } from '../../test/decode-bytes.ts';
import { PLAIN_OPTIONS } from '../../test/plain-request.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createBackend } from '../create-backend.ts';

type Face = readonly [backend: BackendOptions['backend'], api: BackendOptions['api']];

const STREAMS: readonly Face[] = [
  ['openai', 'chat'],
  ['openai', 'responses'],
  ['vllm', 'completions'],
  ['tgi', 'native'],
  ['triton', 'native'],
  ['sglang', 'native'],
  ['llama-cpp', 'native'],
  ['kserve', 'chat'],
];
const BODIES: readonly Face[] = [...STREAMS, ['openai', 'embeddings'], ['kserve', 'native'], ['kserve', 'v1']];

const PAGE = '<!doctype html><html><body>Sign in</body></html>';
const EVENT = 'data: {"model_name":"m","model_version":"1","text_output":"a"}\n\n';

function decode([backend, api]: Face, isStreaming: boolean, body: string | Uint8Array, head: string) {
  const decoder = createBackend({ ...PLAIN_OPTIONS, backend, api, model: 'm', isStreaming }).createDecoder();
  const bytes = Buffer.from(body as Uint8Array);
  const answer = Buffer.concat([Buffer.from(`${head}\r\ncontent-length: ${bytes.length}\r\n\r\n`), bytes]);
  return decodeBytes(answer, decoder, 11);
}

const OK = 'HTTP/1.1 200 OK';
const EVENTS = `${OK}\r\ncontent-type: text/event-stream`;

describe.each(STREAMS)('a body without any event under 200: %s %s', (...face) => {
  it.each([
    ['a page', `${PAGE}\n\n`, EVENTS, 'ERROR_BODY', 'expected events, got "<!doctype'],
    ['a page of no type', `${PAGE}\n`, OK, 'ERROR_BODY', 'expected events, got "<!doctype'],
    ['a page without a line end', PAGE, EVENTS, 'ERROR_BODY', 'expected events, got "<!doctype'],
    ["a proxy's sentence", 'upstream connect error\n', EVENTS, 'STREAM_MALFORMED', 'got "upstream connect'],
    [
      'a sentence as text',
      'no healthy upstream\n\n',
      `${OK}\r\ncontent-type: text/plain`,
      'STREAM_MALFORMED',
      'healthy',
    ],
    ['an error object', '{"error":"model dead"}\n\n', EVENTS, 'ERROR_BODY', 'model dead'],
    ['lines of JSON', '{"text_output":"a"}\n{"text_output":"b"}\n', EVENTS, 'STREAM_MALFORMED', 'expected events, got'],
    ['lines of JSON, an error first', '{"error":"dead"}\n{"a":1}\n', EVENTS, 'ERROR_BODY', 'dead'],
    ['comments alone', ': hi\n\n', EVENTS, 'STREAM_EMPTY', 'without any event'],
    ['a named error without data', 'event: error\n\n', EVENTS, 'STREAM_ERROR_EVENT', 'an event named error'],
    ['half an event', EVENT.slice(0, -9), EVENTS, 'STREAM_TRUNCATED', 'not whole'],
    ['nothing of no type', '', OK, 'STREAM_EMPTY', 'without any event'],
    ['an encoded body without a header', gzipSync(EVENT), EVENTS, 'STREAM_MALFORMED', 'encoded (gzip'],
  ])('%s', (_name, body, head, code, message) => {
    const decoded = decode(face, true, body, head);
    expect(decoded).toMatchObject({ outcome: 'protocol', code, outputTokens: undefined });
    expect(decoded.message).toContain(message);
  });

  it('every broken body of many lines is read in time that grows with its length', () => {
    expect(decode(face, true, `${':\r\n'.repeat(20_000)}x`, EVENTS).code).toBe('STREAM_MALFORMED');
  });
});

describe('a stream of no bytes', () => {
  it("is an answer of Triton's, and of no other", () => {
    expect(decode(['triton', 'native'], true, '', EVENTS)).toMatchObject({ outcome: 'ok', outputTokens: 0 });
    for (const face of STREAMS.filter(([backend]) => backend !== 'triton')) {
      expect(decode(face, true, '', EVENTS).code).toBe('STREAM_EMPTY');
    }
  });
});

const ENCODED = [
  ['gzip', gzipSync(EVENT)],
  ['br', brotliCompressSync(EVENT)],
  ['deflate', deflateSync(EVENT)],
  ['br', Buffer.from([0x0b, 0x05, 0x80, 0x61, 0x62, 0x63, 0x0a, 0x0a])],
] as const;

describe('an encoded answer is named', () => {
  it.each(STREAMS.flatMap((face) => ENCODED.map((encoded) => [...face, ...encoded] as const)))(
    'streamed: %s %s, %s',
    (backend, api, encoding, body) => {
      const decoded = decode([backend, api], true, body, `${EVENTS}\r\ncontent-encoding: ${encoding}`);
      expect(decoded.code).toBe('STREAM_MALFORMED');
      expect(decoded.message).toContain(`the answer is encoded (${encoding})`);
    },
  );

  it.each(BODIES.flatMap((face) => ENCODED.map((encoded) => [...face, ...encoded] as const)))(
    'whole: %s %s, %s',
    (backend, api, encoding, body) => {
      const head = `content-type: application/json\r\ncontent-encoding: ${encoding}`;
      const decoded = decode([backend, api], false, body, `${OK}\r\n${head}`);
      expect(decoded.code).toBe('STREAM_MALFORMED');
      expect(decoded.message).toContain(`the answer is encoded (${encoding})`);
      const refused = decode([backend, api], false, body, `HTTP/1.1 503 Service Unavailable\r\n${head}`);
      expect(refused.code).toBe('HTTP_503');
      expect(refused.message).toContain(`the answer is encoded (${encoding})`);
    },
  );
});
