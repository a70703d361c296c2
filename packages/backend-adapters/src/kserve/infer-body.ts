import type { DecodedResponse, ReportedUsage } from '@assay/loadgen';
import { type InferBody, type InferTensor, readInferBody, readKserveError } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { parseObject } from '../decoding/body-text.ts';
import { type Failure, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { countTokensBy } from '../decoding/output-tokens.ts';
import { brokenBody, type WholeAnswer } from '../decoding/whole-body.ts';

/** Which of KServe's own protocols an answer is of. */
export type KserveProtocol = 'v1' | 'v2';

const BINARY_HEADER = 'inference-header-content-length';

/** What an answer of V2's `infer` or V1's `:predict` says, the binary tensor extension included. An answer of the other one is none. */
export function readInference(answer: WholeAnswer, protocol: KserveProtocol): DecodedResponse {
  const jsonBytes = answer.headers.get(BINARY_HEADER);
  const broken = brokenBody(answer, readErrorText);
  const body = broken === undefined ? readBody(answer.body.bytes, jsonBytes) : undefined;
  const outputs = body?.kind === 'tensors' ? body.outputs : [];
  const usage = readCounts(outputs);
  return {
    ...outcomeOf(broken ?? findFailure(body, answer, jsonBytes) ?? mismatch(body, protocol)),
    ...NO_TIMES,
    ...countTokensBy([['usage', usage?.completionTokens]]),
    usage,
    finishReason: readReason(outputs),
  };
}

function readBody(bytes: Uint8Array, jsonBytes: string | undefined): InferBody {
  const text = new TextDecoder().decode(bytes.subarray(0, jsonLength(jsonBytes, bytes.length)));
  const value = parseObject(text);
  if (value !== undefined) return readInferBody(value);
  const start = JSON.stringify(text.trim().slice(0, 80));
  return { kind: 'malformed', message: `expected a JSON object, got ${start}` };
}

/** Bytes of JSON before the binary tensors. */
function jsonLength(jsonBytes: string | undefined, bodyBytes: number): number {
  const text = jsonBytes?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), bodyBytes) : bodyBytes;
}

function findFailure(
  parsed: InferBody | undefined,
  { body }: WholeAnswer,
  jsonBytes: string | undefined,
): Failure | undefined {
  const bodyBytes = body.bytes.length;
  if (bodyBytes === 0) return protocolFailure('STREAM_EMPTY', 'the body is empty');
  if (parsed?.kind === 'error') return protocolFailure('ERROR_BODY', parsed.message);
  if (parsed?.kind === 'malformed') {
    const isPage = /^\s*</.test(body.text);
    return protocolFailure(isPage ? 'ERROR_BODY' : 'STREAM_MALFORMED', parsed.message);
  }
  return parsed?.kind === 'tensors' ? shortOfBytes(parsed.outputs, bodyBytes, jsonBytes) : undefined;
}

/** An answer that is whole and yet not what was asked for: the other protocol's, without a prediction, or with shapes that its data does not fill. */
function mismatch(body: InferBody | undefined, protocol: KserveProtocol): Failure | undefined {
  if (body?.kind === 'predictions') {
    if (protocol === 'v2')
      return protocolFailure('STREAM_MALFORMED', 'the body has predictions of V1, not outputs of V2');
    return body.predictions.length > 0 ? undefined : protocolFailure('STREAM_MALFORMED', 'the body has no predictions');
  }
  if (body?.kind !== 'tensors') return undefined;
  if (protocol === 'v1')
    return protocolFailure('STREAM_MALFORMED', 'the body has outputs of V2, not predictions of V1');
  const unfilled = body.outputs.find(({ shape, data }) => data !== undefined && data.flat(8).length !== sizeOf(shape));
  if (unfilled === undefined) return undefined;
  const { name, shape, data } = unfilled;
  return protocolFailure(
    'STREAM_MALFORMED',
    `the output ${name} has the shape [${shape.join(',')}] and ${data?.flat(8).length} values`,
  );
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

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
