import { isRecord } from './openai-event.ts';

/** What one choice of an event or body generated. */
export interface ChoiceContent {
  readonly index: number;
  readonly hasAnswer: boolean;
  readonly hasReasoning: boolean;
  readonly hasToolCall: boolean;
  readonly finishReason: string | undefined;
  readonly listedTokens: number | undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Reads a choice of a chat chunk (`delta`), a chat body (`message`) or a completion (`text`). */
export function readChoice(choice: Readonly<Record<string, unknown>>): ChoiceContent {
  const message = isRecord(choice['delta']) ? choice['delta'] : isRecord(choice['message']) ? choice['message'] : {};
  const toolCalls = message['tool_calls'];
  const hasToolCall =
    (Array.isArray(toolCalls) && toolCalls.length > 0) || isRecord(toolCalls) || isRecord(message['function_call']);
  const finishReason = choice['finish_reason'];
  return {
    index: typeof choice['index'] === 'number' ? choice['index'] : 0,
    hasAnswer: isText(choice['text']) || isText(message['content']) || isText(message['refusal']) || hasToolCall,
    hasReasoning: isText(message['reasoning']) || isText(message['reasoning_content']),
    hasToolCall,
    finishReason: typeof finishReason === 'string' && finishReason !== '' ? finishReason : undefined,
    listedTokens: countListedTokens(choice),
  };
}

/** Number of token IDs or log-probability entries; both list every token of the event, those without text too. */
function countListedTokens(choice: Readonly<Record<string, unknown>>): number | undefined {
  const { token_ids: tokenIds, logprobs } = choice;
  if (Array.isArray(tokenIds)) return tokenIds.length;
  if (!isRecord(logprobs)) return undefined;
  if (Array.isArray(logprobs['content'])) return logprobs['content'].length;
  return Array.isArray(logprobs['tokens']) ? logprobs['tokens'].length : undefined;
}
