import type { DecodedResponse } from '@assay/loadgen';
import { loadCaptures } from '@assay/testkit';
import { describe, expect, it } from 'vitest';
import { decodeBytes, expectedCode } from '../../test/decode-bytes.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { readEmbeddings } from './embeddings-body.ts';

function decode(body: unknown, inputs = 2, status = 200): DecodedResponse {
  const decoder = new WholeBodyDecoder((answer) => readEmbeddings(answer, inputs));
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  decoder.onHeaders(status, new Map());
  decoder.onBody(bytes, 0, bytes.length, 5);
  return decoder.finish({ kind: 'complete' });
}

const list = (...vectors: unknown[]): object => ({
  object: 'list',
  data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })),
  usage: { prompt_tokens: 9, total_tokens: 9 },
});

describe('embeddings', () => {
  it('counts vectors and their numbers', () => {
    expect(decode(list([1, 2, 3], [4, 5, 6]))).toMatchObject({
      outcome: 'ok',
      answer: { vectors: 2, dimension: 3 },
      usage: { promptTokens: 9 },
      outputTokens: undefined,
    });
  });

  it('reads base64 of float32', () => {
    const vector = Buffer.from(new Float32Array([1, 2, 3, 4]).buffer).toString('base64');
    expect(decode(list(vector), 1).answer).toEqual({ vectors: 1, dimension: 4 });
  });

  it.each([
    ['fewer vectors than inputs', list([1, 2]), 'STREAM_MALFORMED'],
    ['vectors of two lengths', list([1, 2], [1]), 'STREAM_MALFORMED'],
    ['empty vectors', list([], []), 'STREAM_MALFORMED'],
    ['a number that is none', list([1, null], [1, 2]), 'STREAM_MALFORMED'],
    ['one vector per token', list([[1], [2]], [[1], [2]]), 'STREAM_MALFORMED'],
    [
      'a vector of an input that was not sent',
      { data: [0, 5].map((index) => ({ index, embedding: [1] })) },
      'STREAM_MALFORMED',
    ],
    ['two vectors of one input', { data: [1, 1].map((index) => ({ index, embedding: [1] })) }, 'STREAM_MALFORMED'],
    ['no vector', list(), 'STREAM_EMPTY'],
    ['an error under 200', { error: { message: 'boom' } }, 'ERROR_BODY'],
    ['a login page', '<html>', 'ERROR_BODY'],
    ['nothing', '', 'STREAM_EMPTY'],
    ['something else', { choices: [] }, 'STREAM_MALFORMED'],
  ])('%s', (_name, body, code) => {
    expect(decode(body)).toMatchObject({ outcome: 'protocol', code });
    expect(decode(body)).not.toHaveProperty('answer');
  });

  it('keeps the code and the message of a refusal', () => {
    const refusal = { error: { message: 'this server has no embeddings' } };
    expect(decode(refusal, 2, 501)).toMatchObject({ code: 'HTTP_501', message: 'this server has no embeddings' });
  });
});

const captures = loadCaptures().filter(({ request }) => request.path === '/v1/embeddings');

describe.skipIf(captures.length === 0)('captured answers of /v1/embeddings (shared data)', () => {
  it.each(captures.map((capture) => [capture.name, capture] as const))('%s', (_name, { bytes, mustReport }) => {
    const { code, message } = decodeBytes(
      bytes,
      new WholeBodyDecoder((answer) => readEmbeddings(answer, undefined)),
      50,
    );
    expect(code).toBe(expectedCode(mustReport));
    if (mustReport !== 'ok') expect(message).toBeDefined();
  });
});

if (captures.length === 0)
  it.skip('captured answers of /v1/embeddings: shared/data/engines is absent', () => undefined);
