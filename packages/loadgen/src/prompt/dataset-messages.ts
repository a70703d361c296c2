import type { ContentPart, Message, MessageToolCall } from '../backend/request-sample.ts';
import { type Fault, isObject } from './dataset-fault.ts';
import { imageUrl } from './image-url.ts';

const ROLES: ReadonlySet<unknown> = new Set<Message['role']>(['system', 'developer', 'user', 'assistant', 'tool']);
const isRole = (value: unknown): value is Message['role'] => ROLES.has(value);

/** Reads messages in the shape of OpenAI's chat interface. `fault` throws with the place. */
export function readMessages(value: unknown, file: string, fault: Fault): readonly Message[] {
  if (!Array.isArray(value) || value.length === 0) return fault('messages must be a list of at least one message');
  return value.map((message: unknown, at) => readMessage(message, file, (text) => fault(`messages[${at}]: ${text}`)));
}

function readMessage(message: unknown, file: string, fault: Fault): Message {
  if (!isObject(message)) return fault('a message is an object with role and content');
  const { role, content, tool_calls: calls, tool_call_id: callId } = message;
  if (!isRole(role)) return fault(`role must be one of ${[...ROLES].join(', ')}`);
  const toolCalls = calls === undefined || calls === null ? undefined : readToolCalls(calls, fault);
  return {
    role,
    content: content === null && toolCalls !== undefined ? '' : readContent(content, file, fault),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(typeof callId === 'string' ? { toolCallId: callId } : {}),
  };
}

/** Text, or a list of text and image parts. */
export function readContent(content: unknown, file: string, fault: Fault): Message['content'] {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return fault('content must be a text or a list of parts');
  return content.map((part: unknown): ContentPart => {
    if (isObject(part) && part['type'] === 'text' && typeof part['text'] === 'string') {
      return { kind: 'text', text: part['text'] };
    }
    const image = isObject(part) && part['type'] === 'image_url' ? part['image_url'] : undefined;
    const url = isObject(image) ? image['url'] : image;
    if (typeof url === 'string' && url !== '') return { kind: 'image', url: imageUrl(url, file, fault) };
    return fault('a part is {"type":"text","text":…} or {"type":"image_url","image_url":{"url":…}}');
  });
}

function readToolCalls(calls: unknown, fault: Fault): readonly MessageToolCall[] {
  if (!Array.isArray(calls)) return fault('tool_calls must be a list');
  return calls.map((call: unknown): MessageToolCall => {
    const called = isObject(call) ? call['function'] : undefined;
    const id = isObject(call) ? call['id'] : undefined;
    if (!isObject(called) || typeof called['name'] !== 'string' || typeof called['arguments'] !== 'string') {
      return fault('a tool call has an id and a function with name and arguments (text)');
    }
    return { id: typeof id === 'string' ? id : '', name: called['name'], argumentsText: called['arguments'] };
  });
}
