import { isRecord } from '@assay/wire';

/** What an answer says, put together from its events or its body. */
export interface AnswerContent {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly argumentsText: string }[];
}

/** Collects the content of one answer from parsed events or a parsed body. Of several choices the first counts. */
export interface ContentCollector {
  add(value: Readonly<Record<string, unknown>>): void;
  readonly content: AnswerContent;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const listOf = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

/** Chat and completions: deltas of a stream, or the message of a body. Pieces of a tool call are told apart by their index. */
export function createChatCollector(): ContentCollector {
  const calls = new Map<number, { name: string; argumentsText: string }>();
  let text = '';
  let reasoning = '';
  return {
    add: ({ choices }) => {
      for (const choice of listOf(choices).filter(({ index }) => (index ?? 0) === 0)) {
        const delta = isRecord(choice['delta']) ? choice['delta'] : choice['message'];
        const message = isRecord(delta) ? delta : {};
        text += textOf(choice['text']) + textOf(message['content']) + textOf(message['refusal']);
        reasoning += textOf(message['reasoning'] ?? message['reasoning_content']);
        listOf(message['tool_calls']).forEach((call, place) => {
          const index = typeof call['index'] === 'number' ? call['index'] : place;
          const fields = isRecord(call['function']) ? call['function'] : {};
          const known = calls.get(index) ?? { name: '', argumentsText: '' };
          // TGI sends arguments of whole answers as an object.
          const given = fields['arguments'];
          // A name may come in pieces, or whole with every piece of the arguments.
          const name = textOf(fields['name']);
          if (name !== known.name) known.name += name;
          known.argumentsText += isRecord(given) ? JSON.stringify(given) : textOf(given);
          calls.set(index, known);
        });
      }
    },
    get content() {
      return { text, reasoning, toolCalls: [...calls.values()] };
    },
  };
}

/** Responses: items as they are done, or the output of a body. */
export function createResponsesCollector(): ContentCollector {
  const toolCalls: { name: string; argumentsText: string }[] = [];
  let text = '';
  let reasoning = '';
  const addItem = (item: Readonly<Record<string, unknown>>): void => {
    if (item['type'] === 'function_call') {
      toolCalls.push({ name: textOf(item['name']), argumentsText: textOf(item['arguments']) });
    }
    const parts = listOf(item['content']).map((part) => textOf(part['text'] ?? part['refusal']));
    if (item['type'] === 'message') text += parts.join('');
    if (item['type'] === 'reasoning') reasoning += parts.join('');
  };
  return {
    add: (value) => {
      if (value['type'] === 'response.output_item.done' && isRecord(value['item'])) addItem(value['item']);
      if (value['object'] === 'response') listOf(value['output']).forEach(addItem);
    },
    get content() {
      return { text, reasoning, toolCalls };
    },
  };
}
