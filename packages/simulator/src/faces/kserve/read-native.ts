import type { GenerationRequest } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';
import { type KserveRefusal, refuse, refuseField, refuseJson, refuseV1Json } from './kserve-refusal.ts';

/** A request of V1 or V2 after all checks. */
export interface KserveNativeRequest extends GenerationRequest {
  readonly protocol: 'v1' | 'v2';
  /** The `id` of V2, which the answer repeats. */
  readonly requestId: string | undefined;
  readonly shape: readonly number[];
}

type Body = Readonly<Record<string, unknown>>;
const DEFAULT_ANSWER_TOKENS = 8;
const DATATYPES: ReadonlySet<unknown> = new Set(
  'BOOL UINT8 UINT16 UINT32 UINT64 INT8 INT16 INT32 INT64 FP16 FP32 FP64 BYTES'.split(' '),
);

/** Reads `:predict`: every instance is a prompt. */
export function readPredict(bytes: Buffer, options: ResolvedOptions): KserveNativeRequest | KserveRefusal {
  const text = bytes.toString('utf8');
  const body = parse(text);
  if (body === undefined) return refuseV1Json(text);
  const { instances } = body;
  if (!Array.isArray(instances)) return refuse(500, "KeyError : 'instances'");
  return toRequest(
    'v1',
    { texts: instances.map(toText), shape: [instances.length], limit: undefined, id: undefined },
    options,
  );
}

/** Reads `infer`: every element of the first tensor is a prompt. */
export function readInfer(bytes: Buffer, options: ResolvedOptions): KserveNativeRequest | KserveRefusal {
  const text = bytes.toString('utf8');
  const body = parse(text);
  if (body === undefined) return refuseJson(text);
  const { inputs, parameters, id } = body;
  if (!Array.isArray(inputs)) return refuseField('missing', ['inputs'], 'Field required', body);
  const [tensor] = inputs as readonly unknown[];
  if (!isObject(tensor)) return refuse(500, 'IndexError : list index out of range');
  const { datatype, data, shape } = tensor;
  if (!DATATYPES.has(datatype)) return refuse(400, 'invalid datatype in the input');
  if (!Array.isArray(data)) return refuseField('missing', ['inputs', 0, 'data'], 'Field required', tensor);
  const limit = isObject(parameters) ? parameters['max_tokens'] : undefined;
  return toRequest(
    'v2',
    {
      texts: data.map(toText),
      shape: Array.isArray(shape) ? shape.filter((size) => typeof size === 'number') : [data.length],
      limit: typeof limit === 'number' && Number.isInteger(limit) && limit > 0 ? limit : undefined,
      id: typeof id === 'string' ? id : undefined,
    },
    options,
  );
}

function toRequest(
  protocol: 'v1' | 'v2',
  asked: {
    readonly texts: readonly string[];
    readonly shape: readonly number[];
    readonly limit: number | undefined;
    readonly id: string | undefined;
  },
  options: ResolvedOptions,
): KserveNativeRequest {
  const maxTokens = asked.limit ?? options.answerTokens ?? DEFAULT_ANSWER_TOKENS;
  return {
    protocol,
    requestId: asked.id,
    shape: asked.shape,
    api: 'native',
    model: options.model,
    prompts: asked.texts.map((text) => tokenize(text)),
    isStreaming: false,
    hasUsage: false,
    hasContinuousUsage: false,
    outputTokens: Math.min(options.answerTokens ?? maxTokens, maxTokens),
    maxTokens,
    finishReason: (options.answerTokens ?? maxTokens) < maxTokens ? 'stop' : 'length',
  };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // the caller answers in the words of its protocol
  }
}
