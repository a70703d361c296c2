import { type GenerationRequest, renderChat } from '../../api/generation-request.ts';
import type { Refusal } from '../../api/refusal.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize, VOCABULARY_SIZE } from '../../tokenizer.ts';
import { answerLength } from '../answer-length.ts';
import { refuse, refuseNative } from './sglang-refusal.ts';

type SglangApi = 'chat' | 'completions' | 'native';

/** A request for generation, and whether its prompts came in a list. */
export interface SglangRequest extends GenerationRequest {
  readonly api: SglangApi;
  readonly isList: boolean;
}

/** A refusal, and whether the request had asked for a stream: the native interface then refuses in an event. */
export interface StreamedRefusal extends Refusal {
  readonly message: string;
  readonly isStreaming: boolean;
}

type Body = Readonly<Record<string, unknown>>;

const DEFAULT_NEW_TOKENS = 128;

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a JSON object, or says why it is none. */
export function parseSglangBody(bytes: Buffer): { readonly body: Body } | Refusal {
  try {
    const body: unknown = JSON.parse(bytes.toString('utf8'));
    if (isObject(body)) return { body };
    return refuse(400, 'Bad Request', '1 validation error: body: Input should be a valid dictionary');
  } catch {
    return refuse(400, 'Bad Request', '1 validation error: body: JSON decode error');
  }
}

/** Reads a body of `/generate`: `text` or `input_ids`, one or a list, and `sampling_params`. */
export function readGenerate(body: Body, options: ResolvedOptions): SglangRequest | StreamedRefusal {
  const isStreaming = body['stream'] === true;
  const refused = (message: string): StreamedRefusal => ({ ...refuseNative(message), message, isStreaming });
  const { text, input_ids: ids } = body;
  if ((text === undefined) === (ids === undefined))
    return refused('Either text, input_ids or input_embeds should be provided.');
  const isList = Array.isArray(text) || (Array.isArray(ids) && Array.isArray(ids[0]));
  const inputs: readonly unknown[] = isList ? ((text ?? ids) as readonly unknown[]) : [text ?? ids];
  const prompts: ArrayLike<number>[] = [];
  for (const input of inputs) {
    const prompt = typeof input === 'string' ? tokenize(input) : readIds(input);
    if (prompt === undefined) return refused('input_ids must be lists of token IDs of the vocabulary.');
    prompts.push(prompt);
  }
  const sampling = isObject(body['sampling_params']) ? body['sampling_params'] : {};
  const asked = sampling['max_new_tokens'] ?? DEFAULT_NEW_TOKENS;
  if (!isCount(asked)) return refused(`max_new_tokens must be at least 0, got ${String(asked)}.`);
  const minimum = sampling['min_new_tokens'] ?? 0;
  if (!isCount(minimum) || minimum > asked)
    return refused(`min_new_tokens must be in [0, max_new_tokens], got ${String(minimum)}.`);
  const lengths = readLengths(prompts, { asked, minimum, ignoresEnd: sampling['ignore_eos'] === true, options });
  if ('message' in lengths) return refused(lengths.message);
  return {
    api: 'native',
    model: options.model,
    prompts,
    isStreaming,
    hasUsage: true,
    hasContinuousUsage: true,
    isList,
    ...lengths,
  };
}

/** Reads a body of OpenAI's interfaces. Any model is served. */
export function readOpenAi(
  body: Body,
  api: Exclude<SglangApi, 'native'>,
  options: ResolvedOptions,
): SglangRequest | Refusal {
  const prompts = readOpenAiPrompts(body, api);
  if ('status' in prompts) return prompts;
  const isStreaming = body['stream'] === true;
  const asked = body['max_completion_tokens'] ?? body['max_tokens'] ?? (api === 'completions' ? 16 : undefined);
  if (asked !== undefined && !isCount(asked))
    return refuse(400, 'Bad Request', '1 validation error: body.max_tokens: Input should be a valid integer');
  const minimum = isCount(body['min_tokens']) ? body['min_tokens'] : 0;
  const lengths = readLengths(prompts, { asked, minimum, ignoresEnd: body['ignore_eos'] === true, options });
  if ('message' in lengths) return refuse(400, 'BadRequest', lengths.message);
  const streamOptions = isObject(body['stream_options']) ? body['stream_options'] : {};
  const hasUsage = streamOptions['include_usage'] === true;
  const { model } = body;
  return {
    api,
    model: typeof model === 'string' ? model : options.model,
    prompts,
    isStreaming,
    hasUsage: hasUsage || !isStreaming,
    hasContinuousUsage: hasUsage && streamOptions['continuous_usage_stats'] === true,
    isList: prompts.length > 1,
    ...lengths,
  };
}

function readOpenAiPrompts(body: Body, api: Exclude<SglangApi, 'native'>): readonly ArrayLike<number>[] | Refusal {
  if (api === 'chat') {
    const { messages } = body;
    if (!Array.isArray(messages))
      return refuse(400, 'Bad Request', '1 validation error: body.messages: Field required');
    if (messages.length === 0) return refuse(400, 'BadRequestError', 'Messages cannot be empty.');
    return [tokenize(renderChat(messages))];
  }
  const { prompt } = body;
  if (prompt === undefined || prompt === '' || (Array.isArray(prompt) && prompt.length === 0))
    return refuse(400, 'BadRequestError', 'Prompt cannot be empty');
  const list: readonly unknown[] = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt : [prompt];
  const prompts = list.map((one) => (typeof one === 'string' ? tokenize(one) : readIds(one)));
  const isWhole = (all: readonly (ArrayLike<number> | undefined)[]): all is readonly ArrayLike<number>[] =>
    !all.includes(undefined);
  return isWhole(prompts) ? prompts : refuse(400, 'Bad Request', '1 validation error: body.prompt: not a prompt');
}

function readLengths(
  prompts: readonly ArrayLike<number>[],
  rule: {
    readonly asked: number | undefined;
    readonly minimum: number;
    readonly ignoresEnd: boolean;
    readonly options: ResolvedOptions;
  },
): ReturnType<typeof answerLength> | { readonly message: string } {
  const { asked, minimum, ignoresEnd, options } = rule;
  const context = options.maxModelLength;
  const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
  if (longest >= context)
    return { message: `The input (${longest} tokens) is longer than the model's context length (${context} tokens).` };
  if (asked !== undefined && asked + longest > context) {
    return {
      message: `Requested token count exceeds the model's maximum context length of ${context} tokens. You requested a total of ${asked + longest} tokens: ${longest} tokens from the input messages and ${asked} tokens for the completion. Please reduce the number of tokens in the input messages or the completion to fit within the limit.`,
    };
  }
  const room = context - longest;
  // The engine makes one token at least.
  const atLeastOne = asked === undefined ? undefined : Math.max(1, asked);
  return answerLength({ asked: atLeastOne, room, minTokens: minimum, ignoresEnd, natural: options.answerTokens });
}

function readIds(value: unknown): readonly number[] | undefined {
  const isIds =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((id: unknown) => Number.isInteger(id) && Number(id) >= 0 && Number(id) < VOCABULARY_SIZE);
  return isIds ? (value as readonly number[]) : undefined;
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
