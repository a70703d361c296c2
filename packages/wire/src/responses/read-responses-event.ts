import { isRecord, readErrorMessage } from '../openai/openai-event.ts';
import { isCall, readResponseEnd } from './read-response.ts';
import type { ResponsesChannel, ResponsesEnd, ResponsesEvent } from './responses-event.ts';

/** Holds no state between whole decodes, and is dear to create. */
const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });
const EMPTY: ResponsesEvent = { kind: 'empty' };
const DONE: ResponsesEvent = { kind: 'done' };
const MALFORMED: ResponsesEvent = { kind: 'malformed' };

/** Events whose `delta` is generated text, by their names without `response.` and `.delta`. */
const CHANNELS: ReadonlyMap<string, ResponsesChannel> = new Map<string, ResponsesChannel>([
  ['output_text', 'answer'],
  ['refusal', 'answer'],
  ['audio', 'answer'],
  ['audio.transcript', 'answer'],
  ['reasoning', 'reasoning'],
  ['reasoning_text', 'reasoning'],
  ['reasoning_summary', 'reasoning'],
  ['reasoning_summary_text', 'reasoning'],
  ['function_call_arguments', 'tool-call'],
  ['custom_tool_call_input', 'tool-call'],
  ['mcp_call_arguments', 'tool-call'],
  ['code_interpreter_call_code', 'tool-call'],
]);

const ENDS: ReadonlyMap<string, ResponsesEnd['status']> = new Map<string, ResponsesEnd['status']>([
  ['response.completed', 'completed'],
  ['response.incomplete', 'incomplete'],
  ['response.failed', 'failed'],
  ['response.cancelled', 'cancelled'],
]);

/**
 * Reads one event of a Responses stream (OpenAI API reference, "Streaming events"). The type stands in the data and in the event's
 * name; the name serves where the data has none. Every event is parsed completely.
 */
export function readResponsesEvent(bytes: Uint8Array, start: number, end: number, eventName: string): ResponsesEvent {
  const text = decode(bytes.subarray(start, end));
  if (text === undefined) return MALFORMED;
  if (text === '[DONE]') return DONE;
  const value = parse(text);
  if (value === undefined) return eventName === 'error' ? { kind: 'error', message: text } : MALFORMED;
  const type = typeof value['type'] === 'string' ? value['type'] : eventName;
  if (type === 'error' || eventName === 'error') return { kind: 'error', message: errorText(value) };
  const endStatus = ENDS.get(type);
  if (endStatus !== undefined) {
    const { response, timings } = value;
    return isRecord(response)
      ? (readResponseEnd(response, { eventStatus: endStatus, timings }) ?? MALFORMED)
      : MALFORMED;
  }
  const message = readErrorMessage(value);
  if (message !== undefined) return { kind: 'error', message };
  return readContent(type, value);
}

function readContent(type: string, value: Readonly<Record<string, unknown>>): ResponsesEvent {
  const [, part = '', step] = /^response\.(.+)\.(delta|done|added)$/.exec(type) ?? [];
  if (part === 'output_item' && step === 'added') return readAddedItem(value['item']);
  const channel = CHANNELS.get(part);
  if (channel === undefined) return EMPTY;
  if (step === 'delta') {
    const { delta, logprobs } = value;
    if (typeof delta !== 'string') return MALFORMED;
    if (delta === '') return EMPTY;
    const listedTokens = Array.isArray(logprobs) && logprobs.length > 0 ? logprobs.length : undefined;
    return { kind: 'delta', channel, listedTokens };
  }
  const whole = value['text'] ?? value['refusal'] ?? value['arguments'] ?? value['input'];
  return typeof whole === 'string' && whole !== '' ? { kind: 'whole', channel } : EMPTY;
}

/** The name of a tool is generated; it comes with the item and in no delta. */
function readAddedItem(item: unknown): ResponsesEvent {
  if (!isRecord(item) || !isCall(item['type']) || typeof item['name'] !== 'string' || item['name'] === '') return EMPTY;
  return { kind: 'delta', channel: 'tool-call', listedTokens: undefined };
}

function errorText(value: Readonly<Record<string, unknown>>): string {
  const { message } = value;
  return readErrorMessage(value) ?? (typeof message === 'string' ? message : JSON.stringify(value));
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    return undefined; // reported as a malformed event
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined; // reported as a malformed event
  }
}
