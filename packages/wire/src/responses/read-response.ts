import { readLlamaCppTimings } from '../llama-cpp/timings.ts';
import { isRecord, type OpenAiUsage } from '../openai/openai-event.ts';
import type { ResponsesChannel, ResponsesEnd } from './responses-event.ts';

const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Usage in the names of the Responses interface (`input_tokens`, `output_tokens`); `undefined` when it is missing or null. */
export function readResponsesUsage(value: unknown): OpenAiUsage | undefined {
  if (!isRecord(value)) return undefined;
  const input = isRecord(value['input_tokens_details']) ? value['input_tokens_details'] : {};
  const output = isRecord(value['output_tokens_details']) ? value['output_tokens_details'] : {};
  return {
    promptTokens: count(value['input_tokens']),
    completionTokens: count(value['output_tokens']),
    cachedTokens: count(input['cached_tokens']),
    reasoningTokens: count(output['reasoning_tokens']),
  };
}

/** Whether an output item of this type is the call of a tool. */
export const isCall = (type: unknown): boolean => typeof type === 'string' && type.endsWith('_call');

/** Channels that have content in a list of output items. */
function readChannels(output: unknown): ResponsesChannel[] {
  const found = new Set<ResponsesChannel>();
  for (const item of Array.isArray(output) ? output.filter(isRecord) : []) {
    const { type } = item;
    if (isCall(type)) found.add('tool-call');
    const channel = type === 'reasoning' ? 'reasoning' : 'answer';
    for (const list of [item['content'], item['summary']]) {
      const parts = Array.isArray(list) ? list.filter(isRecord) : [];
      if (parts.some((part) => isText(part['text']) || isText(part['refusal']))) found.add(channel);
    }
  }
  return [...found];
}

const STATUSES: ReadonlySet<unknown> = new Set<ResponsesEnd['status']>([
  'completed',
  'incomplete',
  'failed',
  'cancelled',
]);
const isStatus = (value: unknown): value is ResponsesEnd['status'] => STATUSES.has(value);

/**
 * The end that a response object tells of. Its `status` wins over the name of the event that brought it: vLLM sends
 * `response.completed` for every end. `undefined` for an object that has not ended.
 */
export function readResponseEnd(
  response: Readonly<Record<string, unknown>>,
  options: { readonly eventStatus?: ResponsesEnd['status'] | undefined; readonly timings?: unknown } = {},
): ResponsesEnd | undefined {
  const named = response['status'] ?? options.eventStatus;
  if (!isStatus(named)) return undefined;
  const details = response['incomplete_details'];
  const reason = isRecord(details) && isText(details['reason']) ? String(details['reason']) : named;
  const { error } = response;
  const message = isRecord(error) && isText(error['message']) ? String(error['message']) : undefined;
  return {
    kind: 'end',
    status: named,
    reason: named === 'incomplete' ? reason : named,
    message: named === 'failed' ? (message ?? 'the response failed') : message,
    usage: readResponsesUsage(response['usage']),
    timings: readLlamaCppTimings(options.timings ?? response['timings']),
    channels: readChannels(response['output']),
  };
}
