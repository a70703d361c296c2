import { FIRST_WORD, type WordCalibration } from './prompt-writer.ts';
import { createTokenStream } from './token-stream.ts';

/** Counts the tokens of a text with the server's tokenizer; `undefined` when it does not answer. */
export type CountTokens = (text: string) => Promise<number | undefined>;

/** Common English words; nearly every vocabulary has each as one token together with the space before it. */
const CANDIDATES: readonly string[] = (
  'the of and to in is you that it he was for on are as with his they be at one have this from or had by hot but some what ' +
  'there we can out other were all your when up use word how said an each she which do their time if will way about many then ' +
  'them would write like so these her long make thing see him two has look more day could go come did my sound no most number ' +
  'who over know water than call first people may down side been now find any new work part take get place made live where ' +
  'after back little only round man year came show every good me give our under name very through just form great think say ' +
  'help low line before turn cause same mean differ move right boy old too does tell set three want air well also play small ' +
  'end put home read hand port large add even land here must big high such follow act why ask men change went light kind off ' +
  'need house try us again animal point mother world near build self earth father'
).split(' ');

const MIN_WORDS = 24;
const MAX_CALLS = 160;
/** The search ends early with this many words after that many calls. */
const ENOUGH_WORDS = 64;
const ENOUGH_CALLS = 40;
const CHECKS = [40, 173, 512];

/** Used where no tokenizer can be asked: one token per common word, one for the start. */
export const UNCHECKED_WORDS: WordCalibration = {
  words: CANDIDATES,
  overheadTokens: 1,
  tokensPerWord: 1,
  isExact: false,
};

/**
 * Finds words that cost exactly one token each after a space, by halving groups whose count is off. Pre-tokenisers split
 * at spaces, so counts of such words add up; texts of several lengths check that before lengths are called exact.
 */
export async function calibrateWords(countTokens: CountTokens): Promise<WordCalibration> {
  const overheadTokens = await countTokens(FIRST_WORD);
  if (overheadTokens === undefined) return UNCHECKED_WORDS;
  let calls = 1;
  const words: string[] = [];
  const groups: string[][] = [[...CANDIDATES]];
  for (let group = groups.pop(); group !== undefined && calls < MAX_CALLS; group = groups.pop()) {
    if (words.length >= ENOUGH_WORDS && calls >= ENOUGH_CALLS) break;
    const sequence = [...group, ...group.toReversed()];
    const count = await countTokens(textOf(sequence));
    calls++;
    if (count === overheadTokens + sequence.length) {
      words.push(...group);
    } else if (group.length > 1) {
      const half = group.length >> 1;
      groups.push(group.slice(half), group.slice(0, half));
    }
  }
  const hasWords = words.length >= MIN_WORDS;
  const chosen = hasWords ? words : [...CANDIDATES];
  const check = await checkLengths(countTokens, chosen, overheadTokens);
  return { words: chosen, overheadTokens, tokensPerWord: check.tokensPerWord, isExact: hasWords && check.isExact };
}

function textOf(words: readonly string[]): string {
  return [FIRST_WORD, ...words].join(' ');
}

async function checkLengths(
  countTokens: CountTokens,
  words: readonly string[],
  overheadTokens: number,
): Promise<{ readonly isExact: boolean; readonly tokensPerWord: number }> {
  let isExact = true;
  let tokens = 0;
  let total = 0;
  for (const length of CHECKS) {
    const next = createTokenStream(length, 7);
    const text = textOf(Array.from({ length }, () => words[next() % words.length] ?? ''));
    const count = await countTokens(text);
    if (count === undefined) return { isExact: false, tokensPerWord: 1 };
    isExact &&= count === overheadTokens + length;
    tokens += count - overheadTokens;
    total += length;
  }
  return { isExact, tokensPerWord: isExact || tokens <= 0 ? 1 : tokens / total };
}
