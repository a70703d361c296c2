import { isRecord, type ToolPiece } from './openai-event.ts';
import { readToolPieces } from './tool-pieces.ts';

/** What one choice of an event or body generated. */
export interface ChoiceContent {
  readonly index: number;
  readonly hasAnswer: boolean;
  readonly hasReasoning: boolean;
  readonly toolPieces: readonly ToolPiece[];
  readonly finishReason: string | undefined;
  readonly listedTokens: number | undefined;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Reads a choice of a chat chunk (`delta`), a chat body (`message`) or a completion (`text`). */
export function readChoice(choice: Readonly<Record<string, unknown>>): ChoiceContent {
  const message = isRecord(choice['delta']) ? choice['delta'] : isRecord(choice['message']) ? choice['message'] : {};
  const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
  const toolPieces = readToolPieces(message, index);
  const finishReason = choice['finish_reason'];
  return {
    index,
    hasAnswer:
      isText(choice['text']) ||
      isContent(message['content']) ||
      isText(message['refusal']) ||
      hasAudio(message['audio']) ||
      toolPieces.length > 0,
    hasReasoning: isText(message['reasoning']) || isText(message['reasoning_content']),
    toolPieces,
    finishReason: typeof finishReason === 'string' && finishReason !== '' ? finishReason : undefined,
    listedTokens: countListedTokens(choice),
  };
}

/** A text, or a list of parts, one of which holds something. */
const isContent = (value: unknown): boolean =>
  isText(value) ||
  (Array.isArray(value) && value.some((part) => isRecord(part) && (part['type'] !== 'text' || isText(part['text']))));

/** Sound, or the text of it; an event that names or ends it alone has none. */
const hasAudio = (value: unknown): boolean => isRecord(value) && (isText(value['data']) || isText(value['transcript']));

/** Number of token IDs or log-probability entries; both list every token of the event, those without text too. */
function countListedTokens(choice: Readonly<Record<string, unknown>>): number | undefined {
  const { token_ids: tokenIds, logprobs } = choice;
  if (Array.isArray(tokenIds)) return tokenIds.length;
  if (!isRecord(logprobs)) return undefined;
  if (Array.isArray(logprobs['content'])) return logprobs['content'].length;
  return Array.isArray(logprobs['tokens']) ? logprobs['tokens'].length : undefined;
}
