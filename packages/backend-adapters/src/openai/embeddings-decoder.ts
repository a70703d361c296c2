import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { isRecord, readErrorMessage, readUsage } from '@assay/wire';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, protocolFailure } from '../decoding/failure.ts';

/** Reads an answer of `/v1/embeddings`: how many vectors, of how many numbers. One vector per input, all of one length, or it is none. */
export class EmbeddingsDecoder implements ResponseDecoder {
  readonly #body = new BodyText();
  readonly #inputs: number | undefined;
  #status = 0;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  /** @param inputs Vectors that were asked for; `undefined` where that is not known. */
  constructor(inputs: number | undefined) {
    this.#inputs = inputs;
  }

  onHeaders(status: number): void {
    this.#status = status;
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    const { text } = this.#body;
    const value = parseObject(text);
    const lengths = vectorLengths(value?.['data']);
    const failure = this.#findFailure(text, value, lengths, end);
    const [dimension] = lengths ?? [];
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      firstTokenAtMs: undefined,
      firstAnswerTokenAtMs: undefined,
      lastTokenAtMs: undefined,
      arrivals: [],
      arrivalsUnit: 'events',
      contentEvents: 0,
      outputTokens: undefined,
      outputTokensSource: 'unavailable',
      usage: value === undefined ? undefined : readUsage(value['usage']),
      finishReason: undefined,
      ...(failure === undefined && lengths !== undefined && dimension !== undefined
        ? { answer: { vectors: lengths.length, dimension } }
        : {}),
    };
  }

  #findFailure(
    text: string,
    value: Readonly<Record<string, unknown>> | undefined,
    lengths: readonly number[] | undefined,
    end: BodyEnd,
  ): Failure | undefined {
    const message = value === undefined ? undefined : readErrorMessage(value);
    if (this.#status < 200 || this.#status > 299) return httpFailure(this.#status, text, () => message);
    if (end.kind === 'cut') return cutFailure(end);
    if (this.#body.isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
    if (text.trim() === '') return protocolFailure('STREAM_EMPTY', 'the body is empty');
    if (message !== undefined) return protocolFailure('ERROR_BODY', message);
    if (value === undefined && /^\s*</.test(text)) return protocolFailure('ERROR_BODY', 'the body is HTML');
    if (lengths === undefined) return protocolFailure('STREAM_MALFORMED', 'the body is no list of embeddings');
    if (lengths.length === 0) return protocolFailure('STREAM_EMPTY', 'the list of embeddings is empty');
    if (this.#inputs !== undefined && lengths.length !== this.#inputs) {
      return protocolFailure('STREAM_MALFORMED', `${lengths.length} embeddings came for ${this.#inputs} inputs`);
    }
    const [first] = lengths;
    if (first === 0 || lengths.some((length) => length !== first)) {
      return protocolFailure('STREAM_MALFORMED', 'the embeddings are empty or of different lengths');
    }
    return undefined;
  }
}

const BYTES_PER_NUMBER = 4;

/** Numbers in each vector; `undefined` when the data is no list of vectors. A vector is a list of finite numbers or base64 of float32. */
function vectorLengths(data: unknown): readonly number[] | undefined {
  if (!Array.isArray(data)) return undefined;
  const lengths = data.map((entry: unknown) => (isRecord(entry) ? vectorLength(entry['embedding']) : undefined));
  return lengths.every((length) => length !== undefined) ? lengths : undefined;
}

function vectorLength(vector: unknown): number | undefined {
  if (typeof vector === 'string') {
    const bytes = (vector.replace(/=+$/, '').length * 3) >> 2;
    return bytes % BYTES_PER_NUMBER === 0 ? bytes / BYTES_PER_NUMBER : undefined;
  }
  if (!Array.isArray(vector)) return undefined;
  // llama.cpp gives one vector per token, as a list of lists, when its pooling is off: no embedding of the text.
  return vector.every((number) => typeof number === 'number' && Number.isFinite(number)) ? vector.length : undefined;
}
