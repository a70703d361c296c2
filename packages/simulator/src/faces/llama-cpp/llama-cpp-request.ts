import { type GenerationRequest, renderChat } from '../../api/generation-request.ts';
import type { Refusal } from '../../api/refusal.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';
import { answerLength } from '../answer-length.ts';
import { invalid, refuse } from './llama-cpp-refusal.ts';

/** The forms of the server's answers: its own, OpenAI's three, and Anthropic's. */
export type LlamaCppApi = ChatApi | 'responses' | 'messages';

/** What every body is turned into. */
type ChatApi = 'chat' | 'completions' | 'native';

/** A request for generation, and what llama.cpp sends along. */
export interface LlamaCppRequest extends GenerationRequest<LlamaCppApi> {
  readonly api: LlamaCppApi;
  /** Candidates whose probabilities stand beside each token; 0 for none. */
  readonly candidates: number;
  /** Events before the first token that tell how far the prompt is. */
  readonly hasProgress: boolean;
  /** Timings in every event, not in the last one alone. */
  readonly hasTimingsPerToken: boolean;
  /** Several prompts in one list. */
  readonly isList: boolean;
  readonly ignoresEnd: boolean;
}

type Body = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses a body, or says why it is none; the words of the JSON library are kept, its place in the text is the end. */
export function parseLlamaCppBody(bytes: Buffer): { readonly body: Body } | Refusal {
  const text = bytes.toString('utf8');
  if (text === '') {
    return invalid(
      '[json.exception.parse_error.101] parse error at line 1, column 1: attempting to parse an empty input; check that your input string or stream contains the expected JSON',
    );
  }
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? { body } : invalid(`[json.exception.type_error.304] cannot use at() with ${kindOf(body)}`);
  } catch {
    return invalid(
      `[json.exception.parse_error.101] parse error at line 1, column ${text.length + 1}: syntax error while parsing object key - unexpected end of input; expected string literal`,
    );
  }
}

/**
 * Reads a body as leniently as llama.cpp does: any model, any temperature, a negative limit for none, 0 for one token. A limit beyond the
 * context is cut there.
 */
export function readLlamaCppRequest(
  asked: Body,
  api: LlamaCppApi,
  options: ResolvedOptions,
): LlamaCppRequest | Refusal {
  const chat = toChat(asked, api);
  if ('status' in chat) return chat;
  const { api: form, body } = chat;
  const prompts = readPrompts(body, form);
  if ('status' in prompts) return prompts;
  const limit = readLimit(body, form);
  if (typeof limit === 'object') return limit;
  const copies = readCopies(body, form);
  if (typeof copies === 'object') return copies;
  const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
  const context = options.maxModelLength;
  if (longest >= context) {
    const message = `request (${longest} tokens) exceeds the available context size (${context} tokens), try increasing it`;
    return refuse(400, 'exceed_context_size_error', message, { n_prompt_tokens: longest, n_ctx: context });
  }
  const isStreaming = body['stream'] === true;
  const streamOptions = isObject(body['stream_options']) ? body['stream_options'] : {};
  const ignoresEnd = body['ignore_eos'] === true;
  return {
    api,
    model: options.model,
    prompts: copies === 1 ? prompts : Array.from({ length: copies }, () => prompts).flat(),
    isStreaming,
    hasUsage: api !== 'chat' || !isStreaming || streamOptions['include_usage'] === true,
    hasContinuousUsage: false,
    hasTimingsPerToken: body['timings_per_token'] === true,
    candidates: readCandidates(body, form),
    hasProgress: isStreaming && body['return_progress'] === true,
    isList: prompts.length > 1,
    ignoresEnd,
    ...answerLength({ asked: limit, room: context - longest, minTokens: 0, ignoresEnd, natural: options.answerTokens }),
  };
}

/** The body as one of the chat or of the older interfaces, which all others are turned into. */
function toChat(body: Body, api: LlamaCppApi): { readonly api: ChatApi; readonly body: Body } | Refusal {
  if (api === 'responses') {
    const { input, instructions, max_output_tokens: limit } = body;
    if (input === undefined) return invalid("'input' is required");
    const messages = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
    return { api: 'chat', body: { ...body, messages: withSystem(instructions, messages), max_tokens: limit } };
  }
  if (api === 'messages') {
    const { messages, system } = body;
    if (messages === undefined) return invalid("'messages' is required");
    return { api: 'chat', body: { ...body, messages: withSystem(system, messages) } };
  }
  return { api, body };
}

const withSystem = (system: unknown, messages: unknown): unknown =>
  system === undefined || !Array.isArray(messages) ? messages : [{ role: 'system', content: system }, ...messages];

/** Candidates per token: OpenAI's chat names a switch and a count, its completions and the native interface a count. */
function readCandidates(body: Body, api: ChatApi): number {
  const count = (name: string, otherwise: number): number => {
    const value = body[name];
    return typeof value === 'number' && value > 0 ? Math.trunc(value) : otherwise;
  };
  if (api === 'native') return count('n_probs', 0);
  if (api === 'completions') return count('logprobs', count('n_probs', 0));
  return body['logprobs'] === true ? count('top_logprobs', 20) : 0;
}

function readPrompts(body: Body, api: ChatApi): readonly ArrayLike<number>[] | Refusal {
  if (api === 'chat') {
    const { messages } = body;
    if (messages === undefined) return invalid("'messages' is required");
    return Array.isArray(messages) ? [tokenize(renderChat(messages))] : invalid("Expected 'messages' to be an array");
  }
  const { prompt } = body;
  if (prompt === undefined) return invalid("[json.exception.out_of_range.403] key 'prompt' not found");
  const list: readonly unknown[] = Array.isArray(prompt) && !isTokenIds(prompt) ? prompt : [prompt];
  const prompts: ArrayLike<number>[] = [];
  for (const one of list) {
    if (typeof one === 'string') prompts.push(tokenize(one));
    else if (isTokenIds(one)) prompts.push(one);
    else return invalid(NO_PROMPT);
  }
  return prompts.length > 0 ? prompts : invalid('"prompt" must not be empty');
}

const NO_PROMPT =
  '"prompt" elements must be a string, a list of tokens, a JSON object containing a prompt string, or a list of mixed strings & tokens.';

const isTokenIds = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id));

/** Tokens asked for; `undefined` for no limit, which a negative number stands for. */
function readLimit(body: Body, api: ChatApi): number | undefined | Refusal {
  const names = api === 'native' ? ['n_predict', 'max_tokens'] : ['max_completion_tokens', 'max_tokens', 'n_predict'];
  const name = names.find((key) => body[key] !== undefined && body[key] !== null);
  const value = name === undefined ? undefined : body[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number') return mistyped(String(name), value);
  return value < 0 ? undefined : Math.max(1, Math.trunc(value));
}

function readCopies(body: Body, api: ChatApi): number | Refusal {
  const value = api === 'native' ? 1 : (body['n'] ?? 1);
  if (typeof value !== 'number') return mistyped('n', value);
  return Math.max(1, Math.trunc(value));
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value);

const mistyped = (name: string, value: unknown): Refusal =>
  invalid(`Field '${name}': [json.exception.type_error.302] type must be number, but is ${kindOf(value)}`);
