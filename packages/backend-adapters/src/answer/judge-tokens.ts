import type { TokenCount } from '@assay/loadgen';
import type { AnswerContent } from './answer-content.ts';
import type { Judge } from './content-decoder.ts';

/** Counts the tokens of a text. */
export interface LocalTokenizer {
  count(text: string): number;
}

/**
 * Counts the tokens of answers by the model's tokenizer. The count is the answer's where the server tells none, in the place of counted
 * events; else it stands beside the server's. It lacks the end token, and a model need not have chosen the tokens that its text encodes to.
 */
export function createTokenJudge(tokenizer: LocalTokenizer): Judge {
  return (content, decoded) => {
    const tokens = countContent(content, tokenizer);
    if (tokens === undefined) return decoded;
    const retokenised: TokenCount = { source: 'retokenised', tokens };
    const { outputTokens, outputTokensSource: source, tokenCounts } = decoded;
    if (outputTokens === undefined || source === 'event-count' || source === 'unavailable') {
      const isOneEach = tokens === decoded.contentEvents;
      return {
        ...decoded,
        outputTokens: tokens,
        outputTokensSource: 'retokenised',
        arrivalsUnit: isOneEach ? 'tokens' : 'events',
      };
    }
    return { ...decoded, tokenCounts: [...(tokenCounts ?? [{ source, tokens: outputTokens }]), retokenised] };
  };
}

/** `undefined` for calls of tools, whose text on the wire is not what the model wrote, and where no text was found. */
function countContent({ text, reasoning, toolCalls }: AnswerContent, tokenizer: LocalTokenizer): number | undefined {
  if (toolCalls.length > 0 || (text === '' && reasoning === '')) return undefined;
  return (text === '' ? 0 : tokenizer.count(text)) + (reasoning === '' ? 0 : tokenizer.count(reasoning));
}
