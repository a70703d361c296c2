import type { ContentPart, Message } from '@assay/loadgen';

type Json = Readonly<Record<string, unknown>>;

/** Messages as the chat interface writes them. */
export function toChatMessages(messages: readonly Message[]): readonly Json[] {
  return messages.map(({ role, content, toolCalls, toolCallId }) => ({
    role,
    content: typeof content === 'string' ? content : content.map(toChatPart),
    ...(toolCalls === undefined
      ? {}
      : {
          tool_calls: toolCalls.map(({ id, name, argumentsText }) => ({
            id,
            type: 'function',
            function: { name, arguments: argumentsText },
          })),
        }),
    ...(toolCallId === undefined ? {} : { tool_call_id: toolCallId }),
  }));
}

function toChatPart(part: ContentPart): Json {
  return part.kind === 'text' ? { type: 'text', text: part.text } : { type: 'image_url', image_url: { url: part.url } };
}

/**
 * Messages as input items of the responses interface. Answers of earlier turns are output messages, which need an id in vLLM and the
 * type `message` in llama.cpp; calls of tools and their results are items of their own.
 */
export function toResponsesInput(messages: readonly Message[]): readonly Json[] {
  return messages.flatMap((message, index) => toItems(message, index));
}

function toItems({ role, content, toolCalls = [], toolCallId }: Message, index: number): Json[] {
  const parts = typeof content === 'string' ? [{ kind: 'text', text: content } as const] : content;
  if (role === 'tool') return [{ type: 'function_call_output', call_id: toolCallId ?? '', output: textOf(parts) }];
  if (role !== 'assistant') return [{ type: 'message', role, content: parts.map(toInputPart) }];
  const text = textOf(parts);
  const calls = toolCalls.map(({ id, name, argumentsText }) => ({
    type: 'function_call',
    call_id: id,
    name,
    arguments: argumentsText,
  }));
  if (text === '') return calls;
  const output = [{ type: 'output_text', text, annotations: [] }];
  return [{ type: 'message', id: `msg_${index}`, role, status: 'completed', content: output }, ...calls];
}

const textOf = (parts: readonly ContentPart[]): string =>
  parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');

function toInputPart(part: ContentPart): Json {
  return part.kind === 'text'
    ? { type: 'input_text', text: part.text }
    : { type: 'input_image', image_url: part.url, detail: 'auto' };
}
