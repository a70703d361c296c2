import type { DecodedResponse, ServerTimes, TokenCount } from '@assay/loadgen';
import type { LlamaCppTimings, OpenAiChunk, OpenAiUsage } from '@assay/wire';
import { type Failure, protocolFailure } from '../decoding/failure.ts';
import { HIDDEN_TOKENS, listedMismatch } from '../decoding/listed-tokens.ts';
import { toServerTimes } from '../decoding/server-times.ts';

const OWN_EVENT = -1;

/** What arrived, against which a usage is held. */
interface SeenContent {
  readonly contentEvents: number;
  /** Of the choice that has the fewest. */
  readonly fewestContentEvents: number;
  readonly choices: number;
  readonly hasToolCall: boolean;
  /** What the request allowed, each choice for itself. */
  readonly maxOutputTokens: number | undefined;
}

/**
 * Puts together what a stream says about token counts. Usage may stand in every event (cumulative), in an event of its own, in
 * the finish event, or once per prompt, to be added.
 */
export class UsageLedger {
  #last: OpenAiUsage | undefined;
  /** Usage of finish events by choice: with several prompts each has its own. */
  #perChoice: Map<number, OpenAiUsage> | undefined;
  #ownEvent: OpenAiUsage | undefined;
  #usageEvents = 0;
  #listed: number | undefined;
  /** Content events that list their tokens. */
  #listingEvents = 0;
  /** Running totals by choice, of streams that tell them beside their content. */
  #running: Map<number, number> | undefined;
  /** What was listed, and the running total, up to the last event with content. */
  #listedSoFar = 0;
  #runningSoFar = 0;
  /** The last timings by choice, and those of an event that speaks of none. */
  #timings: Map<number, LlamaCppTimings> | undefined;

  addTimings(timings: LlamaCppTimings, { choiceIndexes }: OpenAiChunk): void {
    this.#timings ??= new Map();
    this.#timings.set(choiceIndexes[0] ?? OWN_EVENT, timings);
  }

  add(usage: OpenAiUsage, chunk: OpenAiChunk): void {
    this.#usageEvents += 1;
    this.#last = usage;
    const running = usage.completionTokens;
    if (chunk.choiceIndexes.length === 1 && running !== undefined) {
      this.#running ??= new Map();
      this.#running.set(chunk.choiceIndexes[0] ?? 0, running);
    }
    if (chunk.choiceIndexes.length === 0) this.#ownEvent = usage;
    else if (chunk.finishReasons.length > 0) {
      this.#perChoice ??= new Map();
      this.#perChoice.set(chunk.choiceIndexes[0] ?? 0, usage);
    }
  }

  /**
   * Tokens that came with a content event that is about to be added, those before it of which no content came among them: what was
   * listed, or the growth of the running total of a stream with one choice; `undefined` when neither is told.
   */
  takeTokens({ usage, timings, listedTokens, choiceIndexes }: OpenAiChunk): number | undefined {
    if (listedTokens !== undefined) {
      const listed = (this.#listed ?? 0) + listedTokens;
      const tokens = listed - this.#listedSoFar;
      this.#listingEvents += 1;
      this.#listedSoFar = listed;
      return tokens;
    }
    const running = usage?.completionTokens ?? timings?.predictedTokens;
    if (running === undefined || choiceIndexes.length !== 1 || choiceIndexes[0] !== 0) return undefined;
    const tokens = running - this.#runningSoFar;
    this.#runningSoFar = running;
    return tokens;
  }

  addListed(tokens: number): void {
    this.#listed = (this.#listed ?? 0) + tokens;
  }

  /** The counts of the whole answer. */
  get total(): OpenAiUsage | undefined {
    if (this.#ownEvent !== undefined) return this.#ownEvent;
    if (this.#perChoice === undefined) return this.#last;
    return [...this.#perChoice.values()].reduce(addUsage);
  }

  /** Generated tokens and where the number comes from. */
  outputTokens(contentEvents: number): {
    readonly tokens: number | undefined;
    readonly source: DecodedResponse['outputTokensSource'];
  } {
    const reported = this.total?.completionTokens;
    if (reported !== undefined) {
      const isFinal = this.#ownEvent !== undefined || this.#perChoice !== undefined;
      return { tokens: reported, source: isFinal ? 'usage' : 'continuous-usage' };
    }
    const timed = this.#timedTokens();
    if (timed !== undefined) return { tokens: timed, source: 'server-timings' };
    if (this.#listed !== undefined) return { tokens: this.#listed, source: 'token-ids' };
    return contentEvents > 0
      ? { tokens: contentEvents, source: 'event-count' }
      : { tokens: undefined, source: 'unavailable' };
  }

  /** What each source says; one that says nothing is left out. */
  counts(): readonly TokenCount[] {
    const reported = this.total?.completionTokens;
    const counts: TokenCount[] = [];
    if (reported !== undefined) counts.push({ source: 'usage', tokens: reported });
    const running = this.#runningTokens();
    if (running !== undefined) counts.push({ source: 'continuous-usage', tokens: running });
    const timed = this.#timedTokens();
    if (timed !== undefined) counts.push({ source: 'server-timings', tokens: timed });
    if (this.#listed !== undefined) counts.push({ source: 'token-ids', tokens: this.#listed });
    return counts;
  }

  /** Durations of the whole answer; `undefined` where there are none, or several choices have their own. */
  get serverTimes(): ServerTimes | undefined {
    const all = this.#finalTimings();
    const [only] = all;
    return only === undefined || all.length > 1 ? undefined : toServerTimes(only);
  }

  /** The running totals where a last event of its own gives the sum beside them; else they are that sum. */
  #runningTokens(): number | undefined {
    if (this.#running === undefined || this.#ownEvent?.completionTokens === undefined) return undefined;
    return [...this.#running.values()].reduce((sum, tokens) => sum + tokens, 0);
  }

  #timedTokens(): number | undefined {
    const all = this.#finalTimings();
    return all.length === 0 ? undefined : all.map(({ predictedTokens }) => predictedTokens).reduce(add);
  }

  #finalTimings(): readonly LlamaCppTimings[] {
    if (this.#timings === undefined) return [];
    const own = this.#timings.get(OWN_EVENT);
    return own === undefined ? [...this.#timings.values()] : [own];
  }

  /** Usage that what arrived disproves. */
  mismatch(seen: SeenContent): Failure | undefined {
    const usage = this.total;
    const reported = usage?.completionTokens;
    if (reported === undefined || this.#usageEvents === 0) return undefined;
    return (
      this.#tooFew(reported, seen) ??
      this.#tooMany(reported, seen) ??
      this.#otherThanRunning(reported, seen) ??
      this.#otherThanListed(reported, usage?.promptTokens, seen)
    );
  }

  /** Each event with content holds a token. llama.cpp reports one of several choices, so only the least of them is known to be in the usage. */
  #tooFew(reported: number, { contentEvents, fewestContentEvents, choices }: SeenContent): Failure | undefined {
    const least = choices > 1 ? fewestContentEvents : contentEvents;
    if (reported >= least) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${reported} completion tokens, but ${least} events carried content`,
    );
  }

  /** More than the request allowed, while the events, the running total and the lists keep to that. */
  #tooMany(reported: number, { contentEvents, choices, maxOutputTokens }: SeenContent): Failure | undefined {
    if (maxOutputTokens === undefined) return undefined;
    const allowed = maxOutputTokens * Math.max(1, choices);
    const shown = Math.max(contentEvents, this.#runningSoFar, this.#listed ?? 0);
    if (reported <= allowed || shown > allowed) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${reported} completion tokens, but the request allowed ${allowed}`,
    );
  }

  /** A total of the one choice that shrank, or that grew after the choice had finished. */
  #otherThanRunning(reported: number, { choices }: SeenContent): Failure | undefined {
    const running = this.#runningTokens();
    if (running === undefined || choices > 1 || (this.#running?.size ?? 0) > 1) return undefined;
    const isComplete = this.#perChoice !== undefined;
    if (reported === running || (reported > running && !isComplete)) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${reported} completion tokens, but the running total of the same answer ended at ${running}`,
    );
  }

  #otherThanListed(
    reported: number,
    promptTokens: number | undefined,
    { choices, contentEvents, hasToolCall }: SeenContent,
  ): Failure | undefined {
    if (choices > 1) return undefined;
    const isWhole = this.#listingEvents === contentEvents && !hasToolCall;
    const unlisted = isWhole ? HIDDEN_TOKENS : Number.POSITIVE_INFINITY;
    return listedMismatch('usage', { reported, listed: this.#listed, promptTokens }, unlisted);
  }
}

const add = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

function addUsage(a: OpenAiUsage, b: OpenAiUsage): OpenAiUsage {
  return {
    promptTokens: add(a.promptTokens, b.promptTokens),
    completionTokens: add(a.completionTokens, b.completionTokens),
    cachedTokens: add(a.cachedTokens, b.cachedTokens),
    reasoningTokens: add(a.reasoningTokens, b.reasoningTokens),
  };
}
