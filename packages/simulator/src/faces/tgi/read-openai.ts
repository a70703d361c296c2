import { readPromptTokens, renderChat } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import { tokenize } from '../../tokenizer.ts';
import { type Fields, isFields, type JsonBody, missingField, placeOf, readUnsigned } from './read-fields.ts';
import { invalid, isTgiRefusal, type TgiRefusal, wrongType } from './tgi-refusal.ts';
import { checkStops, LIMITS, readLengths, type TgiRequest } from './tgi-request.ts';
import { readTool } from './tgi-tool-call.ts';

interface Prompts {
  readonly prompts: readonly ArrayLike<number>[];
  readonly characters: number;
}

/** Reads the body of `/v1/chat/completions` and `/v1/completions`. `n`, `ignore_eos`, `echo` and names of models are ignored. */
export function readOpenAiRequest(
  body: JsonBody,
  api: 'chat' | 'completions',
  options: ResolvedOptions,
): TgiRequest | TgiRefusal {
  const { fields } = body;
  const maxTokens = readUnsigned(body, fields, 'max_tokens');
  const maxCompletionTokens = readUnsigned(body, fields, 'max_completion_tokens');
  if (typeof maxTokens === 'object') return maxTokens;
  if (typeof maxCompletionTokens === 'object') return maxCompletionTokens;
  const format = fields['response_format'];
  if (isFields(format) && format['value'] === undefined)
    return wrongType(`response_format: missing field \`value\` ${placeOf(body.text)}`);
  const prompts = api === 'chat' ? readChat(body) : readPrompts(body);
  if (isTgiRefusal(prompts)) return prompts;
  const { temperature } = fields;
  if (typeof temperature === 'number' && temperature < 0) return invalid('`temperature` must be strictly positive');
  const refusal = checkStops(fields['stop']) ?? checkTools(fields);
  if (refusal !== undefined) return refusal;
  const longest = prompts.prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0);
  const lengths = readLengths(maxCompletionTokens ?? maxTokens, longest, options);
  if (isTgiRefusal(lengths)) return lengths;
  const isStreaming = fields['stream'] === true;
  const streamOptions = fields['stream_options'];
  const model = fields['model'];
  return {
    api,
    model: typeof model === 'string' ? model : options.model,
    ...prompts,
    isStreaming,
    hasUsage:
      api === 'completions' || !isStreaming || (isFields(streamOptions) && streamOptions['include_usage'] === true),
    hasContinuousUsage: false,
    ...lengths,
    hasDetails: false,
    hasPrefill: false,
    topTokens: 0,
    seed: null,
    before: '',
    tool: api === 'chat' ? readTool(fields) : undefined,
  };
}

function readChat(body: JsonBody): Prompts | TgiRefusal {
  const { messages } = body.fields;
  if (messages === undefined) return missingField(body, 'messages');
  if (!Array.isArray(messages))
    return wrongType(`messages: invalid type, expected a sequence ${placeOf(body.text, 'messages')}`);
  const prompts = readPromptTokens(body.fields, 'chat');
  if ('status' in prompts)
    return { kind: 'error', status: 422, message: 'Template error: no messages', errorType: 'template_error' };
  return { prompts, characters: renderChat(messages).length };
}

/** A tool that the request insists on must be one of its tools. */
function checkTools(fields: Fields): TgiRefusal | undefined {
  const { tools, tool_choice: choice } = fields;
  const nameOf = (tool: unknown): unknown =>
    isFields(tool) && isFields(tool['function']) ? tool['function']['name'] : undefined;
  const wanted = nameOf(choice);
  if (wanted === undefined || (Array.isArray(tools) && tools.some((tool) => nameOf(tool) === wanted))) return undefined;
  return {
    kind: 'error',
    status: 422,
    message: `Tool error: Tool with name ${wanted} not found`,
    errorType: 'tool_error',
  };
}

function readPrompts(body: JsonBody): Prompts | TgiRefusal {
  const { prompt } = body.fields;
  if (prompt === undefined) return missingField(body, 'prompt');
  const texts: readonly unknown[] = Array.isArray(prompt) ? prompt : [prompt];
  if (!texts.every((text) => typeof text === 'string')) {
    const why = 'data did not match any variant of untagged enum PromptDeserializer';
    return wrongType(`prompt: ${why} ${placeOf(body.text, 'prompt')}`);
  }
  if (texts.length > LIMITS.prompts) {
    const message = `Number of prompts exceeds the maximum allowed batch size of ${LIMITS.prompts}`;
    return { kind: 'error', status: 422, message, errorType: 'batch size exceeded' };
  }
  if (texts.length === 0 || texts.includes('')) return invalid('`inputs` cannot be empty');
  return {
    prompts: texts.map((text) => tokenize(text)),
    characters: texts.reduce((sum, text) => sum + text.length, 0),
  };
}
