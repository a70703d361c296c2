import type { BodyEnd, DecodedResponse, ReportedUsage, ResponseDecoder } from '@assay/loadgen';
import { type InferBody, type InferTensor, readInferBody, readKserveError } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-protocol.ts';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { cutFailure, type Failure, httpFailure, protocolFailure } from '../decoding/failure.ts';

const BINARY_HEADER = 'inference-header-content-length';

/** Reads an answer of V2's `infer` or V1's `:predict`, the binary tensor extension included. */
export class InferDecoder implements ResponseDecoder {
  readonly #body = new BodyText();
  #status = 0;
  #jsonBytes: string | undefined;
  lastProgressAtMs: number | undefined;
  readonly isTerminated = false;
  readonly hasFirstToken = false;

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#status = status;
    this.#jsonBytes = headers.get(BINARY_HEADER);
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.lastProgressAtMs = atMs;
    this.#body.append(bytes, start, end);
  }

  finish(end: BodyEnd): DecodedResponse {
    const isGood = this.#status >= 200 && this.#status <= 299 && end.kind === 'complete';
    const body = isGood ? this.#readBody() : undefined;
    const failure = this.#findFailure(end, body);
    const outputs = body?.kind === 'tensors' ? body.outputs : [];
    const usage = readCounts(outputs);
    return {
      outcome: failure?.outcome ?? 'ok',
      code: failure?.code,
      message: failure?.message,
      ...NO_TIMES,
      outputTokens: usage?.completionTokens,
      outputTokensSource: usage?.completionTokens === undefined ? 'unavailable' : 'usage',
      usage,
      finishReason: readReason(outputs),
    };
  }

  #readBody(): InferBody {
    const { bytes } = this.#body;
    const text = new TextDecoder().decode(bytes.subarray(0, this.#jsonLength(bytes.length)));
    const value = parseObject(text);
    if (value !== undefined) return readInferBody(value);
    const start = JSON.stringify(text.trim().slice(0, 80));
    return { kind: 'malformed', message: `expected a JSON object, got ${start}` };
  }

  /** Bytes of JSON before the binary tensors. */
  #jsonLength(bodyBytes: number): number {
    const text = this.#jsonBytes?.trim() ?? '';
    return /^\d{1,9}$/.test(text) ? Math.min(Number(text), bodyBytes) : bodyBytes;
  }

  #findFailure(end: BodyEnd, body: InferBody | undefined): Failure | undefined {
    if (this.#status < 200 || this.#status > 299) return httpFailure(this.#status, this.#body.text, readErrorText);
    if (end.kind === 'cut') return cutFailure(end);
    if (this.#body.isTooLarge) return protocolFailure('STREAM_MALFORMED', 'the body is larger than 32 MiB');
    if (this.#body.bytes.length === 0) return protocolFailure('STREAM_EMPTY', 'the body is empty');
    if (body?.kind === 'error') return protocolFailure('ERROR_BODY', body.message);
    if (body?.kind === 'malformed') {
      const isPage = /^\s*</.test(this.#body.text);
      return protocolFailure(isPage ? 'ERROR_BODY' : 'STREAM_MALFORMED', body.message);
    }
    if (body?.kind === 'tensors') return shortOfBytes(body.outputs, this.#body.bytes.length, this.#jsonBytes);
    return undefined;
  }
}

/** Tensors whose binary part is announced and absent. */
function shortOfBytes(
  outputs: readonly InferTensor[],
  bodyBytes: number,
  jsonBytes: string | undefined,
): Failure | undefined {
  if (outputs.length === 0) return protocolFailure('STREAM_MALFORMED', 'the body has no outputs');
  const announced = outputs.reduce((sum, { binaryBytes }) => sum + (binaryBytes ?? 0), 0);
  if (outputs.some(({ data, binaryBytes }) => data === undefined && binaryBytes === undefined))
    return protocolFailure('STREAM_MALFORMED', 'an output has no data');
  if (announced === 0 || bodyBytes - Number(jsonBytes) === announced) return undefined;
  return protocolFailure('STREAM_MALFORMED', `the outputs announce ${announced} bytes that are not all there`);
}

const readErrorText = (body: string): string | undefined => {
  const value = parseObject(body);
  return value === undefined ? undefined : readKserveError(value);
};

const firstOf = (outputs: readonly InferTensor[], name: string): unknown =>
  outputs.find((output) => output.name === name)?.data?.[0];

function countOf(outputs: readonly InferTensor[], name: string): number | undefined {
  const value = firstOf(outputs, name);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** Counts of models that return them as tensors, under the names that Triton's backends use. */
function readCounts(outputs: readonly InferTensor[]): ReportedUsage | undefined {
  const promptTokens = countOf(outputs, 'num_input_tokens');
  const completionTokens = countOf(outputs, 'num_output_tokens');
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  return { promptTokens, completionTokens, cachedTokens: undefined, reasoningTokens: undefined };
}

function readReason(outputs: readonly InferTensor[]): string | undefined {
  const reason = firstOf(outputs, 'finish_reason');
  return typeof reason === 'string' && reason !== '' ? reason : undefined;
}
