import {
  type Body,
  type GenerationRequest,
  isObject,
  readCacheSalt,
  readCount,
  refuseFullContext,
  refuseTemperature,
  renderChat,
} from '../../api/generation-request.ts';
import { readModelName, refuseOtherModel } from '../../api/model-name.ts';
import { type Refusal, refuse, refuseSchema } from '../../api/refusal.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';
import { answerLength } from '../answer-length.ts';

/** What an answer of `/v1/responses` repeats of its request. */
export interface RepeatedFields {
  readonly instructions: unknown;
  readonly metadata: unknown;
  readonly temperature: unknown;
  readonly tool_choice: unknown;
  readonly tools: unknown;
  readonly top_p: unknown;
  readonly max_tool_calls: unknown;
  readonly reasoning: unknown;
  readonly text: unknown;
  readonly top_logprobs: unknown;
  readonly truncation: unknown;
  readonly user: unknown;
}

/** A request of `/v1/responses` after all checks. */
export interface ResponsesRequest extends GenerationRequest<'responses'> {
  readonly repeated: RepeatedFields;
}

const LISTS_LOGPROBS = 'message.output_text.logprobs';

/** The messages of an input: a text is one of the user, and instructions stand before all. */
function toMessages({ input, instructions }: Body): readonly unknown[] | Refusal {
  const before = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  if (typeof input === 'string') return [...before, { role: 'user', content: input }];
  if (Array.isArray(input) && input.length > 0) return [...before, ...input.map(toMessage)];
  if (input === undefined) return refuseSchema('missing', 'body.input', 'Field required', '<dict>');
  return refuse(400, 'BadRequestError', 'input must be a text or a list of items, and not empty.', 'input');
}

/** A result of a tool is an item without content: its output takes that place. */
function toMessage(item: unknown): unknown {
  return isObject(item) && typeof item['output'] === 'string' ? { role: 'tool', content: item['output'] } : item;
}

/**
 * Checks a body of `/v1/responses` as vLLM does. `max_output_tokens` beyond the context is cut at it, not refused. Usage is in every
 * answer.
 */
export function readResponsesRequest(body: Body, options: ResolvedOptions): ResponsesRequest | Refusal {
  const model = readModelName(body, options);
  if (typeof model !== 'string') return model;
  const messages = toMessages(body);
  if ('status' in messages) return messages;
  const asked = readCount(body, 'max_output_tokens', 1);
  if (typeof asked === 'object') return asked;
  const refusal = refuseOtherModel(model, options) ?? refuseTemperature(body);
  if (refusal !== undefined) return refusal;
  const prompt = tokenize(renderChat(messages));
  const full = refuseFullContext(prompt.length, options.maxModelLength);
  if (full !== undefined) return full;
  const room = options.maxModelLength - prompt.length;
  const ignoresEnd = body['ignore_eos'] === true;
  const include = body['include'];
  return {
    api: 'responses',
    model,
    prompts: [prompt],
    isStreaming: body['stream'] === true,
    hasUsage: true,
    hasContinuousUsage: false,
    cacheSalt: readCacheSalt(body),
    ...answerLength({ asked, room, minTokens: 0, ignoresEnd, natural: options.answerTokens }),
    ...(Array.isArray(include) && include.includes(LISTS_LOGPROBS)
      ? { logprobs: Number(body['top_logprobs'] ?? 0) }
      : {}),
    repeated: repeatedFields(body),
  };
}

function repeatedFields(body: Body): RepeatedFields {
  const given = (name: string, missing: unknown): unknown => body[name] ?? missing;
  const tools = given('tools', []);
  return {
    instructions: given('instructions', null),
    metadata: given('metadata', null),
    temperature: given('temperature', 1),
    tool_choice: Array.isArray(tools) && tools.length === 0 ? 'none' : given('tool_choice', 'auto'),
    tools,
    top_p: given('top_p', 1),
    max_tool_calls: given('max_tool_calls', null),
    reasoning: given('reasoning', null),
    text: given('text', null),
    top_logprobs: given('top_logprobs', null),
    truncation: given('truncation', 'disabled'),
    user: given('user', null),
  };
}
