import { type Body, type GenerationRequest, readCount, readPrompts } from '../../api/generation-request.ts';
import { readModelName, refuseOtherModel } from '../../api/model-name.ts';
import { type Refusal, refuse, refuseSchema } from '../../api/refusal.ts';
import type { ResolvedOptions } from '../../options.ts';

/** A request of `/v1/embeddings` after all checks: one prompt for each vector, one step of the engine for each prompt. */
export interface EmbeddingsRequest extends GenerationRequest<'embeddings'> {
  readonly isBase64: boolean;
  readonly dimensions: number;
}

/** Numbers in a vector, where the request does not ask for another count. */
const DIMENSIONS = 256;
const MOST_DIMENSIONS = 4096;

/** Checks a body of `/v1/embeddings`. */
export function readEmbeddingsRequest(body: Body, options: ResolvedOptions): EmbeddingsRequest | Refusal {
  const model = readModelName(body, options);
  if (typeof model !== 'string') return model;
  const { input, encoding_format: encoding = 'float' } = body;
  if (input === undefined) return refuseSchema('missing', 'body.input', 'Field required', '<dict>');
  if (encoding !== 'float' && encoding !== 'base64') {
    const expected = "Input should be 'float' or 'base64'";
    return refuseSchema('literal_error', 'body.encoding_format', expected, String(encoding));
  }
  const dimensions = readCount(body, 'dimensions', 1) ?? DIMENSIONS;
  if (typeof dimensions === 'object') return dimensions;
  if (dimensions > MOST_DIMENSIONS) {
    return refuse(400, 'BadRequestError', `dimensions must be at most ${MOST_DIMENSIONS}.`, 'dimensions');
  }
  const prompts = readPrompts(input, 'input');
  if ('status' in prompts) return prompts;
  const refusal = refuseOtherModel(model, options) ?? refuseLongInput(prompts, options.maxModelLength);
  if (refusal !== undefined) return refusal;
  return {
    api: 'embeddings',
    model,
    prompts,
    isStreaming: false,
    // Usage tells of the prompt alone, which no fault makes wrong.
    hasUsage: false,
    hasContinuousUsage: false,
    outputTokens: 1,
    maxTokens: 1,
    finishReason: 'stop',
    isBase64: encoding === 'base64',
    dimensions,
  };
}

function refuseLongInput(prompts: readonly ArrayLike<number>[], limit: number): Refusal | undefined {
  const longest = prompts.reduce((most, { length }) => Math.max(most, length), 0);
  if (longest <= limit) return undefined;
  const message = `This model's maximum context length is ${limit} tokens. However, you requested ${longest} tokens in the input for embedding generation. Please reduce the length of the input.`;
  return refuse(400, 'BadRequestError', message, 'input_tokens');
}
