/** Words that are one token together with the space before them; the simulator's answers are made of them. */
export const ANSWER_WORDS: readonly string[] = (
  'the of and to in is you that it he was for on are as with his they be at one have this from or had by hot but some what ' +
  'there we can out other were all your when up use word how said an each she which do their time if will way about many then ' +
  'them would write like so these her long make thing see him two has look more day could go come did my sound no most number ' +
  'who over know water than call first people may down side been now find'
).split(' ');

const PAIR_BASE = 256;
const SPACE_PAIR_BASE: number = PAIR_BASE + 676;
const SPACE_LETTER_BASE: number = SPACE_PAIR_BASE + 676;
const WORD_BASE: number = SPACE_LETTER_BASE + 26;

/** Number of token IDs; valid IDs are 0 to this, exclusive. */
export const VOCABULARY_SIZE: number = WORD_BASE + ANSWER_WORDS.length;

const WORD_IDS: ReadonlyMap<string, number> = new Map(ANSWER_WORDS.map((word, at) => [word, WORD_BASE + at]));
const SPACE = 32;

function letterAt(bytes: Uint8Array, at: number): number {
  const letter = (bytes[at] ?? 0) - 97;
  return letter >= 0 && letter < 26 ? letter : -1;
}

/**
 * Token IDs of a text. The rule is deterministic and needs no table from outside: IDs 0 to 255 are bytes of UTF-8, then
 * pairs of lower-case letters, pairs and single letters after a space, and whole words after a space. Left to right:
 * a space and a whole known word, else a space with up to two letters, else two letters, else a byte.
 */
export function tokenize(text: string): number[] {
  const bytes = Buffer.from(text, 'utf8');
  const ids: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const isSpace = bytes[at] === SPACE;
    const from = isSpace ? at + 1 : at;
    const first = letterAt(bytes, from);
    const second = first < 0 ? -1 : letterAt(bytes, from + 1);
    if (isSpace && first >= 0) {
      let end = from + 1;
      while (end - from < 8 && letterAt(bytes, end) >= 0) end++;
      const word = letterAt(bytes, end) < 0 ? WORD_IDS.get(bytes.toString('latin1', from, end)) : undefined;
      if (word !== undefined) {
        ids.push(word);
        at = end;
      } else if (second >= 0) {
        ids.push(SPACE_PAIR_BASE + first * 26 + second);
        at += 3;
      } else {
        ids.push(SPACE_LETTER_BASE + first);
        at += 2;
      }
    } else if (!isSpace && second >= 0) {
      ids.push(PAIR_BASE + first * 26 + second);
      at += 2;
    } else {
      ids.push(bytes[at] ?? 0);
      at++;
    }
  }
  return ids;
}

/** The bytes of one token as a Latin-1 string; empty for an ID outside the vocabulary. */
export function tokenText(id: number): string {
  const letter = (n: number): string => String.fromCharCode(97 + n);
  const pair = (n: number): string => letter(Math.floor(n / 26)) + letter(n % 26);
  if (id < PAIR_BASE) return String.fromCharCode(id);
  if (id < SPACE_PAIR_BASE) return pair(id - PAIR_BASE);
  if (id < SPACE_LETTER_BASE) return ` ${pair(id - SPACE_PAIR_BASE)}`;
  if (id < WORD_BASE) return ` ${letter(id - SPACE_LETTER_BASE)}`;
  const word = ANSWER_WORDS[id - WORD_BASE];
  return word === undefined ? '' : ` ${word}`;
}

/** The text of token IDs; broken UTF-8 becomes U+FFFD, IDs outside the vocabulary vanish. */
export function detokenize(ids: readonly number[]): string {
  return Buffer.from(ids.map(tokenText).join(''), 'latin1').toString('utf8');
}
