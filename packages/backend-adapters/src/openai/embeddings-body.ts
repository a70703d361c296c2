import type { DecodedResponse } from '@assay/loadgen';
import { isRecord, readUsage } from '@assay/wire';
import { NO_ANSWER } from '../decoding/answer-summary.ts';
import { type Failure, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { readJsonBody, type WholeAnswer } from '../decoding/whole-body.ts';

/**
 * What an answer of `/v1/embeddings` says: how many vectors, of how many numbers. One vector per input, all of one length, or it is none.
 *
 * @param inputs Vectors that were asked for; `undefined` where that is not known.
 */
export function readEmbeddings(answer: WholeAnswer, inputs: number | undefined): DecodedResponse {
  const { value, failure: unread } = readJsonBody(answer);
  const lengths = vectorLengths(value?.['data']);
  const failure = unread ?? checkVectors(lengths, inputs) ?? checkPlaces(value?.['data']);
  const [dimension] = lengths ?? [];
  return {
    ...NO_ANSWER,
    ...outcomeOf(failure),
    usage: value === undefined ? undefined : readUsage(value['usage']),
    ...(failure === undefined && lengths !== undefined && dimension !== undefined
      ? { answer: { vectors: lengths.length, dimension } }
      : {}),
  };
}

function checkVectors(lengths: readonly number[] | undefined, inputs: number | undefined): Failure | undefined {
  if (lengths === undefined) return protocolFailure('STREAM_MALFORMED', 'the body is no list of embeddings');
  if (lengths.length === 0) return protocolFailure('STREAM_EMPTY', 'the list of embeddings is empty');
  if (inputs !== undefined && lengths.length !== inputs) {
    return protocolFailure('STREAM_MALFORMED', `${lengths.length} embeddings came for ${inputs} inputs`);
  }
  const [first] = lengths;
  if (first === 0 || lengths.some((length) => length !== first)) {
    return protocolFailure('STREAM_MALFORMED', 'the embeddings are empty or of different lengths');
  }
  return undefined;
}

/** Each vector names the input that it belongs to, where it names one at all. */
function checkPlaces(data: unknown): Failure | undefined {
  const entries: readonly unknown[] = Array.isArray(data) ? data : [];
  const places = entries.flatMap((entry) => (isRecord(entry) && entry['index'] !== undefined ? [entry['index']] : []));
  const isPlace = (place: unknown): boolean =>
    Number.isInteger(place) && Number(place) >= 0 && Number(place) < entries.length;
  if (places.every(isPlace) && new Set(places).size === places.length) return undefined;
  return protocolFailure('STREAM_MALFORMED', `the embeddings are numbered ${JSON.stringify(places).slice(0, 80)}`);
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
