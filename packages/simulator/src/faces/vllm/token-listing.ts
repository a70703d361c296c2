import type { ChoiceJob } from '../../api/choice-job.ts';
import { answerText, type EventTokens, type FinishedTokens, jsonAscii } from '../../api/event-text.ts';
import { generatedIds } from '../../api/generated-token.ts';
import {
  chatLogprobs,
  completionLogprobs,
  generatedPlaces,
  promptLogprobs,
  promptPlaces,
} from '../../api/listed-tokens.ts';
import type { TokenDetails } from '../../api/token-details.ts';
import { detokenize } from '../../tokenizer.ts';

/** Whether anything of tokens is asked for beside the words. */
export function isListingAsked({ logprobs, hasTokenIds, hasEcho }: TokenDetails): boolean {
  return logprobs !== undefined || hasTokenIds === true || hasEcho === true;
}

/** What an answer of chat or completions lists of its tokens, as its request asks for it. */
export class TokenListing {
  readonly #api: 'chat' | 'completions';
  readonly #details: TokenDetails;
  readonly #textTokens: number;
  /** Characters of each choice that its events have told of. */
  readonly #offsets = new Map<number, number>();

  /** `textTokens`: tokens of a choice that have text. */
  constructor(api: 'chat' | 'completions', details: TokenDetails, textTokens: number) {
    this.#api = api;
    this.#details = details;
    this.#textTokens = textTokens;
  }

  /** The text of the prompt, where it stands before that of the answer. */
  promptText(job: ChoiceJob): string {
    return this.#details.hasEcho === true ? detokenize(Array.from(job.prompt)) : '';
  }

  /** The list of an event with the tokens `[from, to)` of a choice. */
  ofEvent(job: ChoiceJob, from: number, to: number): EventTokens {
    const told = from === 0 ? 0 : (this.#offsets.get(job.choice) ?? 0);
    const { logprobs, ids, promptIds } = this.#list(job, from, to, told);
    const text = answerText(job.index + job.choice, from, Math.min(to, this.#textTokens));
    const before = from === 0 ? this.promptText(job).length : told;
    this.#offsets.set(job.choice, before + text.length);
    return { logprobs: jsonAscii(logprobs), ids: JSON.stringify(ids), promptIds: JSON.stringify(promptIds) };
  }

  /** The list of the event before the first token: it tells of the prompt. */
  ofRole(job: ChoiceJob): EventTokens {
    const promptIds = this.#details.hasTokenIds === true ? Array.from(job.prompt) : null;
    return { logprobs: 'null', ids: 'null', promptIds: JSON.stringify(promptIds) };
  }

  /** The list of a whole choice. */
  ofChoice(job: ChoiceJob): FinishedTokens {
    const { promptLogprobs: count } = this.#details;
    const prompt = count === undefined ? null : promptLogprobs(job.prompt, count);
    return { ...this.#list(job, 0, job.outputTokens, 0), promptLogprobs: prompt };
  }

  #list(job: ChoiceJob, from: number, to: number, offset: number): Omit<FinishedTokens, 'promptLogprobs'> {
    const { logprobs: count, hasTokenIds, hasEcho } = this.#details;
    const answer = job.index + job.choice;
    const ids = hasTokenIds === true ? generatedIds(answer, from, to, this.#textTokens) : null;
    const promptIds = hasTokenIds === true && from === 0 ? Array.from(job.prompt) : null;
    if (count === undefined) return { logprobs: null, ids, promptIds };
    const generated = generatedPlaces(answer, { from, to, textTokens: this.#textTokens }, count);
    if (this.#api === 'chat') return { logprobs: chatLogprobs(generated), ids, promptIds };
    const isEchoed = hasEcho === true && from === 0;
    const places = isEchoed ? [...promptPlaces(job.prompt, count), ...generated] : generated;
    return { logprobs: completionLogprobs(places, offset), ids, promptIds };
  }
}
