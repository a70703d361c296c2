import type { Prompt, RequestSample } from '../backend/backend.ts';
import { createTokenStream } from './token-stream.ts';

/** A stretch of a prompt. Equal keys give equal tokens, cut to length: that is how prefixes are shared. */
export interface PromptSegment {
  readonly keyLow: number;
  readonly keyHigh: number;
  readonly tokens: number;
}

/** Turns segments into a prompt of their total length. */
export interface PromptWriter {
  write(segments: readonly PromptSegment[]): Prompt;
  /** How sure the length of a prompt of this many tokens is. */
  sourceOf(tokens: number): RequestSample['inputTokensSource'];
}

export interface TokenIdRange {
  /** Smallest ID used. */
  readonly min: number;
  /** First ID not used. */
  readonly max: number;
}

/** IDs that are ordinary tokens in every common vocabulary: above byte and special tokens, below the smallest size. */
export const SAFE_TOKEN_IDS: TokenIdRange = { min: 300, max: 1500 };

/** Writer of exact token IDs. */
export function createTokenIdWriter(range: TokenIdRange = SAFE_TOKEN_IDS): PromptWriter {
  const span = range.max - range.min;
  return {
    write: (segments) => {
      const tokenIds: number[] = [];
      for (const segment of segments) {
        const next = createTokenStream(segment.keyLow, segment.keyHigh);
        for (let at = 0; at < segment.tokens; at++) tokenIds.push(range.min + (next() % span));
      }
      return { kind: 'token-ids', tokenIds };
    },
    sourceOf: () => 'token-ids',
  };
}

/** What a tokenizer was found to do with words; see `calibrateWords`. */
export interface WordCalibration {
  readonly words: readonly string[];
  /** Tokens of a text that holds only the first word: template and start token included. */
  readonly overheadTokens: number;
  readonly tokensPerWord: number;
  readonly isExact: boolean;
}

/** Every text begins with this word, so that what a tokenizer does at the start of a text is the same for all. */
export const FIRST_WORD = 'The';

/** Writer of plain words. */
export function createWordWriter(calibration: WordCalibration): PromptWriter {
  const { words, overheadTokens, tokensPerWord, isExact } = calibration;
  return {
    write: (segments) => {
      const text = [FIRST_WORD];
      let toSkip = overheadTokens;
      for (const segment of segments) {
        const next = createTokenStream(segment.keyLow, segment.keyHigh);
        const skipped = Math.min(toSkip, segment.tokens);
        toSkip -= skipped;
        const count = Math.round((segment.tokens - skipped) / tokensPerWord);
        for (let at = 0; at < count; at++) text.push(words[next() % words.length] as string);
      }
      return { kind: 'text', text: text.join(' ') };
    },
    sourceOf: (tokens) => (isExact && tokens >= overheadTokens ? 'server-tokenizer' : 'approximate'),
  };
}
