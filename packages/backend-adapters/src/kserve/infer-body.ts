import type { DecodedResponse, ReportedUsage } from '@assay/loadgen';
import { type InferBody, type InferTensor, readBinaryTensors, readInferBody, readKserveError } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { parseObject } from '../decoding/body-text.ts';
import { type Failure, isAbortReason, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { countTokensBy } from '../decoding/output-tokens.ts';
import { brokenBody, unreadableBody, type WholeAnswer } from '../decoding/whole-body.ts';
import { predictionFailure } from './predictions.ts';

/** Which of KServe's own protocols an answer is of. */
export type KserveProtocol = 'v1' | 'v2';

const BINARY_HEADER = 'inference-header-content-length';

/** What an answer of V2's `infer` or V1's `:predict` says, the binary tensor extension included. An answer of the other one is none. */
export function readInference(answer: WholeAnswer, protocol: KserveProtocol): DecodedResponse {
  const broken = brokenBody(answer, readErrorText);
  const body = broken === undefined ? readBody(answer.body.bytes, answer.headers.get(BINARY_HEADER)) : undefined;
  const outputs = body?.kind === 'tensors' ? body.outputs : [];
  const usage = readCounts(outputs);
  return {
    ...outcomeOf(broken ?? findFailure(body, answer, protocol)),
    ...NO_TIMES,
    ...countTokensBy([['usage', usage?.completionTokens]]),
    usage,
    finishReason: readReasons(outputs).join(',') || undefined,
  };
}

/** `undefined` for a body that is no JSON object. */
function readBody(bytes: Uint8Array, jsonBytes: string | undefined): InferBody | undefined {
  const length = jsonLength(jsonBytes, bytes.length);
  const value = parseObject(new TextDecoder().decode(bytes.subarray(0, length)));
  const body = value === undefined ? undefined : readInferBody(value);
  if (body?.kind !== 'tensors') return body;
  const { outputs, message } = readBinaryTensors(body.outputs, bytes.subarray(length));
  return outputs === undefined ? { kind: 'malformed', message } : { ...body, outputs };
}

/** Bytes of JSON before the binary tensors. */
function jsonLength(jsonBytes: string | undefined, bodyBytes: number): number {
  const text = jsonBytes?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Math.min(Number(text), bodyBytes) : bodyBytes;
}

function findFailure(
  parsed: InferBody | undefined,
  { body, headers }: WholeAnswer,
  protocol: KserveProtocol,
): Failure | undefined {
  switch (parsed?.kind) {
    case undefined:
      return unreadableBody(body.text, 'a JSON object', headers);
    case 'error':
      return protocolFailure('ERROR_BODY', parsed.message);
    case 'malformed':
      return protocolFailure('STREAM_MALFORMED', parsed.message);
    case 'predictions':
      return protocol === 'v1'
        ? predictionFailure(parsed.predictions)
        : protocolFailure('STREAM_MALFORMED', 'the body has predictions of V1, not outputs of V2');
    case 'tensors':
      return protocol === 'v2'
        ? outputFailure(parsed.outputs)
        : protocolFailure('STREAM_MALFORMED', 'the body has outputs of V2, not predictions of V1');
  }
}

/** Outputs without data, with shapes that their data does not fill, or with a reason for which the answer broke off. */
function outputFailure(outputs: readonly InferTensor[]): Failure | undefined {
  if (outputs.length === 0) return protocolFailure('STREAM_MALFORMED', 'the body has no outputs');
  for (const { name, datatype, shape, data } of outputs) {
    if (data === undefined) return protocolFailure('STREAM_MALFORMED', `the output ${name} has no data`);
    const values = data.flat(8);
    if (values.length !== sizeOf(shape)) {
      const message = `the output ${name} has the shape [${shape.join(',')}] and ${values.length} values`;
      return protocolFailure('STREAM_MALFORMED', message);
    }
    // A float that is not finite is null in JSON; a text is never.
    if (datatype === 'BYTES' && values.includes(null))
      return protocolFailure('STREAM_MALFORMED', `the output ${name} has null in the place of a text`);
  }
  const aborted = readReasons(outputs).find(isAbortReason);
  return aborted === undefined ? undefined : protocolFailure('SERVER_ABORTED', `the model ended with ${aborted}`);
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const readErrorText = (body: string): string | undefined => {
  const value = parseObject(body);
  return value === undefined ? undefined : readKserveError(value);
};

/** All values of an output, whatever its shape: batches and sequences stand in dimensions of their own. */
const valuesOf = (outputs: readonly InferTensor[], name: string): readonly unknown[] =>
  outputs.find((output) => output.name === name)?.data?.flat(8) ?? [];

/** Counts of an output; none where one of its values is no count. */
function countsOf(outputs: readonly InferTensor[], name: string): readonly number[] {
  const values = valuesOf(outputs, name);
  const counts = values.filter((value) => typeof value === 'number' && Number.isInteger(value) && value >= 0);
  return counts.length === values.length ? (counts as readonly number[]) : [];
}

/**
 * Counts of models that return them as tensors, under the names that Triton's backends use: one per sequence. Generated tokens add up; the one
 * prompt of a request is told again with every sequence.
 */
function readCounts(outputs: readonly InferTensor[]): ReportedUsage | undefined {
  const inputs = new Set(countsOf(outputs, 'num_input_tokens'));
  const generated = countsOf(outputs, 'num_output_tokens');
  const promptTokens = inputs.size === 1 ? [...inputs][0] : undefined;
  const completionTokens = generated.length > 0 ? generated.reduce((sum, count) => sum + count, 0) : undefined;
  if (promptTokens === undefined && completionTokens === undefined) return undefined;
  return { promptTokens, completionTokens, cachedTokens: undefined, reasoningTokens: undefined };
}

const readReasons = (outputs: readonly InferTensor[]): readonly string[] =>
  valuesOf(outputs, 'finish_reason').filter((reason) => typeof reason === 'string' && reason !== '') as string[];
