import { answerText } from '../../api/event-text.ts';
import { tokenize, VOCABULARY_SIZE } from '../../tokenizer.ts';

const LOGPROB = -0.25;
/** Text of the end token: it is an event, and no text for the reader. */
export const END_TEXT = '<|im_end|>';

/** One token as the router lists it. */
export interface TgiTokenFields {
  readonly id: number;
  readonly text: string;
  readonly logprob: number;
  readonly special: boolean;
}

/** Token `k` of answer `index`; those from `textTokens` on are the end token. ASCII. */
export function tokenAt(index: number, k: number, textTokens: number): TgiTokenFields {
  if (k >= textTokens) return { id: VOCABULARY_SIZE, text: END_TEXT, logprob: LOGPROB, special: true };
  const text = answerText(index, k, k + 1);
  return { id: tokenize(text)[0] ?? 0, text, logprob: LOGPROB, special: false };
}
