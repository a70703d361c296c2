import type { GenerationRequest } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';

/** A request for generation, and what the model is to send along. */
export interface TritonRequest extends GenerationRequest {
  /** Whether the model sends a response per step, or one at its end. */
  readonly isModelStreaming: boolean;
  readonly hasFinishReason: boolean;
  readonly hasInputCount: boolean;
  readonly hasOutputCount: boolean;
  /** Prompt that the answer begins with. */
  readonly echoedPrompt: string;
}

/** What Triton says of a body it cannot use: HTTP 500, as its parser's errors are internal ones. */
export interface TritonRefusal {
  readonly status: number;
  readonly message: string;
}

type Body = Readonly<Record<string, unknown>>;

/** Tokens of an answer that no limit is given for. */
const DEFAULT_ANSWER_TOKENS = 8;

/** Parses a JSON object or says why it is none, in the words of Triton's parser. */
export function parseTritonBody(bytes: Buffer): { readonly body: Body } | TritonRefusal {
  const text = bytes.toString('utf8');
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return { body };
    return { status: 500, message: 'attempt to access JSON non-object as object' };
  } catch {
    const what = text.trimEnd() === '{' ? 'Missing a name for object member.' : 'Invalid value.';
    return { status: 500, message: `failed to parse the request JSON buffer: ${what} at ${text.length}` };
  }
}

/**
 * Reads a body of the generate extension for a model in the shape of the vLLM backend. A key counts at the top and in
 * `parameters`; `sampling_parameters` is the text of a JSON object and is asked last. A missing text is an empty one.
 */
export function readTritonRequest(
  body: Body,
  call: { readonly isStreaming: boolean; readonly options: ResolvedOptions },
): TritonRequest | TritonRefusal {
  const { options, isStreaming } = call;
  const nested = isObject(body['parameters']) ? body['parameters'] : {};
  const sampling = parseSampling(body['sampling_parameters']);
  const fieldOf = (name: string): unknown => body[name] ?? nested[name] ?? sampling[name];
  const text = body['text_input'] ?? '';
  if (typeof text !== 'string') return mistyped('string');
  const limit = fieldOf('max_tokens');
  if (limit !== undefined && !(typeof limit === 'number' && Number.isInteger(limit))) return mistyped('signed-integer');
  for (const name of FLAGS) {
    const flag = fieldOf(name);
    if (flag !== undefined && typeof flag !== 'boolean') return mistyped('boolean');
  }
  const isOn = (name: string, otherwise: boolean): boolean => (fieldOf(name) ?? otherwise) === true;
  const prompt = tokenize(text);
  if (prompt.length + Math.max(0, limit ?? 0) > options.maxModelLength) return tooLong(prompt.length, options);
  const isModelStreaming = isOn('stream', true);
  return {
    api: 'native',
    model: options.model,
    prompts: [prompt],
    isStreaming,
    hasUsage: isOn('return_num_output_tokens', false),
    hasContinuousUsage: false,
    isModelStreaming,
    hasFinishReason: isOn('return_finish_reason', false),
    hasInputCount: isOn('return_num_input_tokens', false),
    hasOutputCount: isOn('return_num_output_tokens', false),
    echoedPrompt: isModelStreaming || isOn('exclude_input_in_output', true) ? '' : text,
    ...lengthsOf(limit, fieldOf('min_tokens'), isOn('ignore_eos', false), options),
  };
}

const FLAGS = [
  'stream',
  'exclude_input_in_output',
  'return_finish_reason',
  'return_num_input_tokens',
  'return_num_output_tokens',
  'ignore_eos',
] as const;

function lengthsOf(
  limit: number | undefined,
  atLeast: unknown,
  ignoresEnd: boolean,
  options: ResolvedOptions,
): Pick<GenerationRequest, 'outputTokens' | 'maxTokens' | 'finishReason'> {
  const maxTokens = Math.max(0, limit ?? options.answerTokens ?? DEFAULT_ANSWER_TOKENS);
  const natural = Math.max(typeof atLeast === 'number' ? atLeast : 0, options.answerTokens ?? maxTokens);
  const isCutOff = ignoresEnd || natural > maxTokens || options.answerTokens === undefined;
  return {
    outputTokens: ignoresEnd ? maxTokens : Math.min(natural, maxTokens),
    maxTokens,
    finishReason: isCutOff ? 'length' : 'stop',
  };
}

function parseSampling(value: unknown): Body {
  if (typeof value !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    return isObject(parsed) ? parsed : {};
  } catch {
    return {}; // as a model without this input, which takes it for a parameter
  }
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const mistyped = (type: string): TritonRefusal => ({
  status: 500,
  message: `Unable to parse 'data': attempt to access JSON non-${type} as ${type}`,
});

const tooLong = (promptTokens: number, options: ResolvedOptions): TritonRefusal => ({
  status: 400,
  message: `Error generating stream: The decoder prompt (length ${promptTokens}) is longer than the maximum model length of ${options.maxModelLength}.`,
});
