import type { ContentCollector } from '../answer/answer-content.ts';

/** The text of a native answer: the last event of a stream has it whole, and so has a body. */
export function createTgiCollector(): ContentCollector {
  let text = '';
  return {
    add: ({ generated_text: whole }) => {
      if (typeof whole === 'string') text = whole;
    },
    get content() {
      return { text, reasoning: '', toolCalls: [] };
    },
  };
}
