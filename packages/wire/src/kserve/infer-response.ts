import { isRecord } from '../openai/openai-event.ts';

/** One output tensor of an inference response; `data` is `undefined` where it stands in the binary part. */
export interface InferTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[] | undefined;
  /** Bytes of the binary part; `undefined` where the data is JSON. */
  readonly binaryBytes: number | undefined;
}

/** A body of the Open Inference Protocol (V2), or of V1's `:predict`. */
export type InferBody =
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'tensors'; readonly id: string | undefined; readonly outputs: readonly InferTensor[] }
  | { readonly kind: 'predictions'; readonly predictions: readonly unknown[] };

const malformed = (message: string): InferBody => ({ kind: 'malformed', message });

/**
 * What a parsed V2 or V1 body says. A body that names neither an error, nor outputs, nor predictions is none of the protocol's.
 */
export function readInferBody(value: unknown): InferBody {
  if (!isRecord(value)) return malformed('expected a JSON object');
  const { outputs, predictions, id } = value;
  if (outputs === undefined && predictions === undefined) {
    const message = readKserveError(value);
    return message === undefined
      ? malformed('the body has neither outputs nor predictions')
      : { kind: 'error', message };
  }
  if (outputs === undefined) {
    return { kind: 'predictions', predictions: toPredictions(predictions) };
  }
  if (!Array.isArray(outputs)) return malformed('outputs are no list');
  const tensors = outputs.map(readTensor);
  if (tensors.some((tensor) => tensor === undefined)) return malformed('an output is no tensor');
  return {
    kind: 'tensors',
    id: typeof id === 'string' ? id : undefined,
    outputs: tensors.filter((tensor) => tensor !== undefined),
  };
}

/** A list, or the one prediction of a model that makes none; `null`, `false`, an empty text or object in its place is no prediction. */
function toPredictions(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const isNothing = value === null || value === false || value === '' || isEmptyRecord(value);
  return isNothing ? [] : [value];
}

const isEmptyRecord = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0;

function readTensor(value: unknown): InferTensor | undefined {
  if (!isRecord(value)) return undefined;
  const { name, datatype, shape, data } = value;
  if (typeof name !== 'string' || typeof datatype !== 'string') return undefined;
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === 'number')) return undefined;
  if (data !== undefined && data !== null && !Array.isArray(data)) return undefined;
  return { name, datatype, shape, data: Array.isArray(data) ? data : undefined, binaryBytes: readBinarySize(value) };
}

function readBinarySize({ parameters }: Readonly<Record<string, unknown>>): number | undefined {
  const size = isRecord(parameters) ? parameters['binary_data_size'] : undefined;
  return typeof size === 'number' && Number.isInteger(size) && size >= 0 ? size : undefined;
}

/**
 * The message of a KServe or Triton error body: a text, an object of the upstream's kind, or FastAPI's list of what is wrong
 * with each field. `undefined` when it is no error.
 */
export function readKserveError(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  const { error, detail } = value;
  if (typeof error === 'string') return error;
  if (isRecord(error)) return typeof error['message'] === 'string' ? error['message'] : JSON.stringify(error);
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return undefined;
  return detail.map(describeDetail).join('; ') || 'the request does not fit the schema';
}

function describeDetail(entry: unknown): string {
  if (!isRecord(entry)) return JSON.stringify(entry);
  const place = Array.isArray(entry['loc']) ? `${entry['loc'].join('.')}: ` : '';
  return `${place}${typeof entry['msg'] === 'string' ? entry['msg'] : JSON.stringify(entry)}`;
}
