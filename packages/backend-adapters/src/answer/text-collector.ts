import type { ContentCollector } from './answer-content.ts';

/** What the next piece of a text does to those before it: stands behind them, or is all of them with more behind. */
export type TextGrowth = 'pieces' | 'pieces-or-whole' | 'whole-or-pieces';

/**
 * Collects the text of answers that are plain text; `textOf` finds it in an event or a body, `undefined` where there is none.
 * - `pieces`: every event has the new text alone.
 * - `whole-or-pieces`: every event has the whole text so far, until one disproves it.
 * - `pieces-or-whole`: the same, but texts that stay equal are pieces that look alike.
 */
export function createTextCollector(
  textOf: (value: Readonly<Record<string, unknown>>) => string | undefined,
  growth: TextGrowth = 'pieces',
): ContentCollector {
  const pieces: string[] = [];
  let isWhole = growth !== 'pieces';
  return {
    add: (value) => {
      const text = textOf(value);
      if (text === undefined || text === '') return;
      const before = pieces.at(-1) ?? '';
      const isRepeated = growth === 'pieces-or-whole' && text === before;
      isWhole &&= text.startsWith(before) && !isRepeated;
      pieces.push(text);
    },
    get content() {
      return { text: isWhole ? (pieces.at(-1) ?? '') : pieces.join(''), reasoning: '', toolCalls: [] };
    },
  };
}
