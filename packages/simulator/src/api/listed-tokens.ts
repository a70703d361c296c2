import { noiseAt } from '../engine/noise.ts';
import { tokenText } from '../tokenizer.ts';
import { type GeneratedToken, generatedToken, likeliestTokens } from './generated-token.ts';

const PROMPT_SEED = 13;

/** A token at its place: the likeliest ones there stand behind it, itself first; `undefined` for the first of a prompt, of which nothing is known. */
interface Place {
  readonly text: string;
  readonly logprob: number | undefined;
  readonly likeliest: readonly GeneratedToken[];
}

/** The generated tokens `[from, to)` of an answer at their places, with `count` of the likeliest ones. */
export function generatedPlaces(
  answer: number,
  range: { readonly from: number; readonly to: number; readonly textTokens: number },
  count: number,
): readonly Place[] {
  const places: Place[] = [];
  for (let index = range.from; index < range.to; index++) {
    const { text, logprob } = generatedToken(answer, index, range.textTokens);
    places.push({ text, logprob, likeliest: likeliestTokens(answer, index, range.textTokens, count) });
  }
  return places;
}

/** The tokens of a prompt at their places. */
export function promptPlaces(promptTokenIds: ArrayLike<number>, count: number): readonly Place[] {
  return Array.from(promptTokenIds, (id, at) => {
    const token = { id, text: tokenText(id), logprob: promptLogprob(id, at) };
    const others = likeliestTokens(id, at, at + 1, count).slice(1);
    const likeliest = at === 0 || count === 0 ? [] : [token, ...others];
    return { text: token.text, logprob: at === 0 ? undefined : token.logprob, likeliest };
  });
}

const promptLogprob = (id: number, at: number): number => Math.fround(-0.5 - 8 * noiseAt(PROMPT_SEED, id, at));

/** `logprobs` of a choice of chat. */
export function chatLogprobs(places: readonly Place[]): object {
  const entry = ({ text, logprob }: { readonly text: string; readonly logprob: number | undefined }): object => ({
    token: text,
    logprob,
    bytes: [...Buffer.from(text)],
  });
  return { content: places.map((place) => ({ ...entry(place), top_logprobs: place.likeliest.map(entry) })) };
}

/** `logprobs` of a choice of completions, whose text has `offset` characters before these tokens. The chosen token is always listed. */
export function completionLogprobs(places: readonly Place[], offset: number): object {
  let at = offset;
  const offsets = places.map(({ text }) => {
    const start = at;
    at += text.length;
    return start;
  });
  return {
    text_offset: offsets,
    token_logprobs: places.map(({ logprob }) => logprob ?? null),
    tokens: places.map(({ text }) => text),
    top_logprobs: places.map(({ text, logprob, likeliest }) => {
      if (logprob === undefined) return null;
      return Object.fromEntries([[text, logprob], ...likeliest.slice(1).map((one) => [one.text, one.logprob])]);
    }),
  };
}

/** `prompt_logprobs`: by token ID, with the rank; nothing is known of the first token. */
export function promptLogprobs(promptTokenIds: ArrayLike<number>, count: number): readonly (object | null)[] {
  return Array.from(promptTokenIds, (id, at) => {
    if (at === 0) return null;
    const logprob = promptLogprob(id, at);
    const chosen = { logprob, rank: 2 + count + Math.floor(-40 * logprob), decoded_token: tokenText(id) };
    const others = likeliestTokens(id, at, at + 1, count).map((token, rank) => [
      String(token.id),
      { logprob: token.logprob, rank: rank + 1, decoded_token: token.text },
    ]);
    return Object.fromEntries([...others, [String(id), chosen]]);
  });
}
