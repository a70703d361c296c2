import type { ResolvedOptions } from '../options.ts';
import { tokenize, VOCABULARY_SIZE } from '../tokenizer.ts';
import { readModelName, refuseOtherModel } from './model-name.ts';
import { type Refusal, refuse, refuseSchema, refuseValue } from './refusal.ts';
import { readTokenDetails, type TokenDetails } from './token-details.ts';

/** Interface of a request for generation that every face has: OpenAI's, or the runtime's own. */
export type GenerationApi = 'chat' | 'completions' | 'native';

/** Every interface there is: some faces speak OpenAI's responses and embeddings and Anthropic's messages too. */
export type RequestApi = GenerationApi | 'responses' | 'messages' | 'embeddings';

/** A request for generation after all checks. */
export interface GenerationRequest<Api extends RequestApi = GenerationApi> extends TokenDetails {
  readonly api: Api;
  readonly model: string;
  /** Token IDs of each choice's prompt; a prompt of several choices stands here once for each, one after another. */
  readonly prompts: readonly ArrayLike<number>[];
  /** Choices of each prompt; 1 where missing. */
  readonly choicesPerPrompt?: number;
  readonly isStreaming: boolean;
  readonly hasUsage: boolean;
  readonly hasContinuousUsage: boolean;
  /** Keeps the prefix cache of this request apart from that of other salts; missing: none. */
  readonly cacheSalt?: string | undefined;
  /** Tokens that each choice generates. */
  readonly outputTokens: number;
  readonly maxTokens: number;
  readonly finishReason: 'length' | 'stop';
}

/** A body that is a JSON object. */
export type Body = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a JSON object or says why it is none, as vLLM does. */
export function parseJsonBody(bytes: Buffer): { readonly body: Body } | Refusal {
  const text = bytes.toString('utf8');
  try {
    const body: unknown = JSON.parse(text);
    if (isObject(body)) return { body };
    return refuseSchema('model_attributes_type', 'body', 'Input should be a valid dictionary', 'other');
  } catch {
    // Only the fact matters: the message of the parser is not vLLM's.
    return refuseSchema('json_invalid', `body.${text.length}`, 'JSON decode error', '<dict of 0 items>');
  }
}

/** Text of a chat message: a string or a list of text parts. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isObject(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('');
}

/** The chat template: a marker per message, a line feed after each, and the start of the answer. */
export function renderChat(messages: readonly unknown[]): string {
  const turns = messages.map((message) => {
    const { role, content } = isObject(message) ? message : { role: 'user', content: message };
    return `<|${typeof role === 'string' ? role : 'user'}|>${contentText(content)}\n`;
  });
  return `${turns.join('')}<|assistant|>`;
}

function isTokenIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === 'number';
}

function readTokenIds(value: readonly number[], name: string): readonly number[] | Refusal {
  for (const id of value) {
    if (!Number.isInteger(id) || id < 0)
      return refuseSchema('int_type', `body.${name}`, 'Input should be a valid integer', String(id));
    if (id >= VOCABULARY_SIZE) return refuse(400, 'BadRequestError', `Token id ${id} is out of vocabulary`, name);
  }
  return value;
}

/** The prompts of the field `name` of a body: text, texts, token IDs, or several lists of them. */
export function readPrompts(prompt: unknown, name: string): readonly ArrayLike<number>[] | Refusal {
  const list: readonly unknown[] = Array.isArray(prompt) && !isTokenIds(prompt) ? prompt : [prompt];
  const prompts: ArrayLike<number>[] = [];
  for (const one of list) {
    if (typeof one === 'string' && one !== '') prompts.push(tokenize(one));
    else if (isTokenIds(one)) {
      const ids = readTokenIds(one, name);
      if ('status' in ids) return ids;
      prompts.push(ids);
    } else if (one === undefined || one === null) {
      return refuse(400, 'BadRequestError', 'Either prompt or prompt_embeds must be provided and non-empty.', name);
    } else return refuse(400, 'BadRequestError', 'The decoder prompt cannot be empty', name);
  }
  return prompts.length > 0 ? prompts : refuse(400, 'BadRequestError', 'You must pass at least one prompt', name);
}

/** The prompts of a body, chat or completions; also what `/tokenize` counts. */
export function readPromptTokens(body: Body, api: 'chat' | 'completions'): readonly ArrayLike<number>[] | Refusal {
  if (api === 'completions') return readPrompts(body['prompt'], 'prompt');
  const messages = body['messages'];
  if (messages === undefined)
    return refuseSchema('missing', 'body.messages', 'Field required', `<dict of ${Object.keys(body).length} items>`);
  if (!Array.isArray(messages))
    return refuseSchema('list_type', 'body.messages', 'Input should be a valid list', String(messages));
  if (messages.length === 0) {
    return refuse(
      400,
      'BadRequestError',
      'Cannot apply chat template to an empty conversation. Provide at least one message.',
      null,
    );
  }
  return [tokenize(renderChat(messages))];
}

/** A whole number that a body may have; `undefined` where it is missing or null. */
export function readCount(body: Body, name: string, minimum: number): number | undefined | Refusal {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    return refuseSchema(
      'int_parsing',
      `body.${name}`,
      'Input should be a valid integer, unable to parse string as an integer',
      String(value),
    );
  }
  return value < minimum ? refuseValue(name, value, `${name} must be at least ${minimum}, got ${value}.`) : value;
}

/** A prompt that leaves no room for an answer. */
export function refuseFullContext(promptTokens: number, limit: number): Refusal | undefined {
  if (promptTokens < limit) return undefined;
  return refuseValue(
    'input_tokens',
    promptTokens,
    `This model's maximum context length is ${limit} tokens. However, your prompt contains at least ${promptTokens} input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input prompt.`,
  );
}

interface Lengths {
  readonly outputTokens: number;
  readonly maxTokens: number;
  readonly finishReason: 'length' | 'stop';
}

/** Natural length of an answer that neither the request nor the options limit. */
export const DEFAULT_ANSWER_TOKENS = 128;

function readLengths(body: Body, promptTokens: number, options: ResolvedOptions): Lengths | Refusal {
  const counts = new Map<string, number | undefined>();
  for (const [name, minimum] of [
    ['max_tokens', 1],
    ['max_completion_tokens', 1],
    ['min_tokens', 0],
  ] as const) {
    const count = readCount(body, name, minimum);
    if (typeof count === 'object') return count;
    counts.set(name, count);
  }
  const limit = options.maxModelLength;
  const full = refuseFullContext(promptTokens, limit);
  if (full !== undefined) return full;
  const asked = counts.get('max_completion_tokens') ?? counts.get('max_tokens');
  if (asked !== undefined && asked > limit) {
    return refuseValue(
      'max_tokens',
      asked,
      `max_tokens=${asked} cannot be greater than max_model_len=${limit}. Please request fewer output tokens.`,
    );
  }
  if (asked !== undefined && promptTokens + asked > limit) {
    return refuseValue(
      'max_tokens',
      asked,
      `This model's maximum context length is ${limit} tokens. However, you requested ${asked} output tokens and your prompt contains ${promptTokens} input tokens, for a total of ${promptTokens + asked} tokens. Please reduce the length of the input prompt or the number of requested output tokens.`,
    );
  }
  const minTokens = counts.get('min_tokens') ?? 0;
  const maxTokens = asked ?? limit - promptTokens;
  if (minTokens > maxTokens) {
    return refuseValue(
      'min_tokens',
      minTokens,
      `min_tokens must be less than or equal to max_tokens=${maxTokens}, got ${minTokens}.`,
    );
  }
  if (body['ignore_eos'] === true) return { outputTokens: maxTokens, maxTokens, finishReason: 'length' };
  const natural = Math.max(minTokens, options.answerTokens ?? asked ?? DEFAULT_ANSWER_TOKENS);
  const isCutOff = natural > maxTokens || (options.answerTokens === undefined && asked !== undefined);
  return { outputTokens: Math.min(natural, maxTokens), maxTokens, finishReason: isCutOff ? 'length' : 'stop' };
}

/** `cache_salt`, where it is one. */
export function readCacheSalt({ cache_salt: salt }: Body): string | undefined {
  return typeof salt === 'string' && salt !== '' ? salt : undefined;
}

/** A value of `temperature` that no sampler takes. */
export function refuseTemperature({ temperature }: Body): Refusal | undefined {
  if (typeof temperature !== 'number' || temperature >= 0) return undefined;
  return refuseValue('temperature', temperature, `temperature must be non-negative, got ${temperature}.`);
}

/** `n`: choices of each prompt. Those of one prompt would be equal without sampling, which vLLM refuses. */
function readChoices(body: Body, mostChoices: number): number | Refusal {
  const count = readCount(body, 'n', 1) ?? 1;
  if (typeof count === 'object' || count === 1) return count;
  if (count > mostChoices) return refuseValue('n', count, `n must be at most ${mostChoices}, got ${count}.`);
  return body['temperature'] === 0
    ? refuseValue('n', count, `n must be 1 when using greedy sampling, got ${count}.`)
    : count;
}

/** Checks a body in vLLM's order: schema, model, prompt, lengths. `mostChoices`: the largest `n`. */
export function readGenerationRequest(
  body: Body,
  api: 'chat' | 'completions',
  options: ResolvedOptions,
  mostChoices = 1,
): GenerationRequest | Refusal {
  const model = readModelName(body, options);
  if (typeof model !== 'string') return model;
  const isStreaming = body['stream'] === true;
  const streamOptions = body['stream_options'];
  if (!isStreaming && isObject(streamOptions)) {
    return refuse(
      400,
      'Bad Request',
      "1 validation error:\n  {'type': 'value_error', 'loc': 'body', 'msg': 'Value error, Stream options can only be defined when `stream=True`.'}",
      'body',
    );
  }
  const cold = refuseTemperature(body);
  if (cold !== undefined) return cold;
  const prompts = readPromptTokens(body, api);
  if ('status' in prompts) return prompts;
  const other = refuseOtherModel(model, options);
  if (other !== undefined) return other;
  const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
  const lengths = readLengths(body, longest, options);
  if ('status' in lengths) return lengths;
  const choicesPerPrompt = readChoices(body, mostChoices);
  if (typeof choicesPerPrompt === 'object') return choicesPerPrompt;
  const details = readTokenDetails(body, api, isStreaming);
  if ('status' in details) return details;
  const usage = isObject(streamOptions) ? streamOptions : {};
  const hasUsage = usage['include_usage'] === true;
  return {
    api,
    model,
    prompts: choicesPerPrompt === 1 ? prompts : prompts.flatMap((prompt) => Array(choicesPerPrompt).fill(prompt)),
    choicesPerPrompt,
    isStreaming,
    hasUsage: hasUsage || !isStreaming,
    hasContinuousUsage: hasUsage && usage['continuous_usage_stats'] === true,
    cacheSalt: readCacheSalt(body),
    ...lengths,
    ...details,
  };
}
