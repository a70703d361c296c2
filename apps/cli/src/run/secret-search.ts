import { formsOf } from './secret-forms.ts';

/** So many characters in a row are a part of a secret, wherever in it they stand. */
const PART_LENGTH = 8;
/** A shorter text is a word that stands in others by chance: it counts where it stands alone. */
const MIN_INSIDE_LENGTH = 4;
/** Below it, recoded characters are found by chance. */
const MIN_RECODED_LENGTH = 6;
const MASK = '[secret]';

/**
 * Creates the function that masks secrets in a text, in every form of `formsOf` and whatever the case: whole ones, and parts of eight characters and more.
 */
export function createSecretSearch(secrets: readonly string[]): (text: string) => string {
  if (secrets.length === 0) return (text) => text;
  const parts = new PartSearch();
  const words: string[] = [];
  for (const { spelled, recoded } of secrets.map(formsOf)) {
    for (const form of [...spelled, ...recoded]) parts.add(form);
    words.push(
      ...spelled.filter(isWord),
      ...recoded.filter(isWord).filter(({ length }) => length >= MIN_RECODED_LENGTH),
    );
  }
  if (words.length === 0) return (text) => parts.mask(text);
  const pattern = new RegExp(
    words
      .sort((a, b) => b.length - a.length)
      .map(wordPattern)
      .join('|'),
    'gi',
  );
  return (text) => parts.mask(text).replaceAll(pattern, MASK);
}

const isWord = (form: string): boolean => form !== '' && form.length < PART_LENGTH;

function wordPattern(word: string): string {
  const literal = word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return word.length < MIN_INSIDE_LENGTH ? `(?<![\\w])${literal}(?![\\w])` : literal;
}

const GRAM = 3;
const STEP = PART_LENGTH - GRAM + 1;

/**
 * Finds every part of some texts that has eight characters. Each such part holds three characters that begin at a multiple of six, so a look at every
 * sixth place tells that a text has none: records pass by the ten thousand in a second.
 */
class PartSearch {
  readonly #parts = new Set<string>();
  readonly #grams = new Uint8Array(65_536);

  add(text: string): void {
    const folded = text.toLowerCase();
    for (let at = 0; at + PART_LENGTH <= folded.length; at++) this.#parts.add(folded.slice(at, at + PART_LENGTH));
    for (let at = 0; at + GRAM <= folded.length; at++) this.#grams[gramAt(folded, at)] = 1;
  }

  mask(text: string): string {
    const grams = this.#grams;
    let masked = '';
    let from = 0;
    for (let at = 0; at + GRAM <= text.length; at += STEP) {
      if (grams[gramAt(text, at)] === 0) continue;
      // A part around this place holds the three characters before it or those behind it, too.
      if (!this.#hasGram(text, at - GRAM) && !this.#hasGram(text, at + GRAM)) continue;
      const start = this.#startNear(text, Math.max(from, at - STEP + 1), at);
      if (start === undefined) continue;
      const end = this.#endFrom(text, start);
      masked += text.slice(from, start) + MASK;
      from = end;
      // Back onto the grid, so that a part that begins right here is seen.
      at = Math.floor(end / STEP) * STEP - STEP;
    }
    return from === 0 ? text : masked + text.slice(from);
  }

  #hasGram(text: string, at: number): boolean {
    return this.#grams[gramAt(text, at)] === 1;
  }

  #startNear(text: string, first: number, last: number): number | undefined {
    for (let start = first; start <= last; start++) if (this.#isPart(text, start)) return start;
    return undefined;
  }

  #endFrom(text: string, start: number): number {
    let at = start;
    while (this.#isPart(text, at + 1)) at++;
    return at + PART_LENGTH;
  }

  #isPart(text: string, at: number): boolean {
    return this.#parts.has(text.slice(at, at + PART_LENGTH).toLowerCase());
  }
}

/** The same for both cases of a letter. */
function gramAt(text: string, at: number): number {
  const first = Math.imul(text.charCodeAt(at) | 32, 31) + (text.charCodeAt(at + 1) | 32);
  return (Math.imul(first, 31) + (text.charCodeAt(at + 2) | 32)) & 65_535;
}
