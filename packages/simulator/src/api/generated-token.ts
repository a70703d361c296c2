import { noiseAt } from '../engine/noise.ts';
import { ANSWER_WORDS, tokenize, VOCABULARY_SIZE } from '../tokenizer.ts';

/** A generated token and its probability; `logprob` is the natural logarithm as a float32. */
export interface GeneratedToken {
  readonly id: number;
  readonly text: string;
  readonly logprob: number;
}

/** The end token: outside the vocabulary of the tokenizer, so that no text has it. */
const END_TOKEN = { id: VOCABULARY_SIZE, text: '<|im_end|>' } as const;

const WORDS = ANSWER_WORDS.map((word) => ({ id: tokenize(` ${word}`)[0] ?? 0, text: ` ${word}` }));
const LOGPROB_SEED = 7;

/** The word of token `index` of answer `answer`, as `answerText` picks it. */
const wordAt = (answer: number, index: number): number => (answer * 31 + index * 7) % WORDS.length;

/** Token `index` of answer `answer`; those from `textTokens` on are end tokens. */
export function generatedToken(answer: number, index: number, textTokens: number): GeneratedToken {
  const token = index < textTokens ? (WORDS[wordAt(answer, index)] ?? END_TOKEN) : END_TOKEN;
  return { ...token, logprob: Math.fround(-0.005 - 0.3 * noiseAt(LOGPROB_SEED, answer, index)) };
}

/** IDs of the generated tokens `[from, to)`. */
export function generatedIds(answer: number, from: number, to: number, textTokens: number): number[] {
  const ids: number[] = [];
  for (let index = from; index < to; index++) ids.push(generatedToken(answer, index, textTokens).id);
  return ids;
}

/** The `count` likeliest tokens at the place of one, itself first; at most as many as there are words. */
export function likeliestTokens(answer: number, index: number, textTokens: number, count: number): GeneratedToken[] {
  const first = generatedToken(answer, index, textTokens);
  const likeliest = count > 0 ? [first] : [];
  const at = wordAt(answer, index);
  for (let rank = 1; rank < Math.min(count, WORDS.length); rank++) {
    const word = WORDS[(at + rank) % WORDS.length] ?? END_TOKEN;
    likeliest.push({ ...word, logprob: Math.fround(first.logprob - 1.5 - 0.5 * rank) });
  }
  return likeliest;
}
