import type { DecodedResponse, ReportedUsage, ServerTimes, TokenCount } from '@assay/loadgen';
import type { TritonResponse, TritonTimes } from '@assay/wire';
import { isAbortReason } from '../decoding/failure.ts';

const NS_PER_MS = 1e6;

/**
 * Adds up what the responses to one request say. A count stands only when every response that has content gave it: one without any, such
 * as the last of a decoupled model, has nothing to count.
 */
export class AnswerLedger {
  #responses = 0;
  #outputs = 0;
  #contentEvents = 0;
  #withCount = 0;
  #isCounted = true;
  #counted = 0;
  #withList = 0;
  #isListed = true;
  #listed = 0;
  #inputTokens: number | undefined;
  #reasons: (string | undefined)[] | undefined;
  #times: TritonTimes | undefined;

  add(response: TritonResponse): void {
    this.#responses += 1;
    if (response.hasOutput) this.#outputs += 1;
    if (response.hasContent) this.#contentEvents += 1;
    if (response.outputTokens !== undefined) {
      this.#withCount += 1;
      this.#counted += response.outputTokens;
    } else if (response.hasContent) this.#isCounted = false;
    if (response.listedTokens !== undefined) {
      this.#withList += 1;
      this.#listed += response.listedTokens;
    } else if (response.hasContent) this.#isListed = false;
    this.#inputTokens = response.inputTokens ?? this.#inputTokens;
    this.#times = response.times ?? this.#times;
    if (response.finishReasons !== undefined) this.#addReasons(response.finishReasons);
  }

  #addReasons(reasons: readonly (string | undefined)[]): void {
    this.#reasons ??= [];
    for (let i = 0; i < reasons.length; i++) this.#reasons[i] = reasons[i] ?? this.#reasons[i];
  }

  /** Whether there are responses, and not one of them has an output. */
  get isWithoutOutput(): boolean {
    return this.#responses > 0 && this.#outputs === 0;
  }

  get contentEvents(): number {
    return this.#contentEvents;
  }

  /** Tokens by the server's count; `undefined` unless every response with content holds one. */
  get countedTokens(): number | undefined {
    return this.#isCounted && this.#withCount > 0 ? this.#counted : undefined;
  }

  get #listedTokens(): number | undefined {
    return this.#isListed && this.#withList > 0 ? this.#listed : undefined;
  }

  /** Whether the backend reports finish reasons and one is still missing: then the answer is not whole. */
  get isUnfinished(): boolean {
    return this.#reasons?.some((reason) => reason === undefined) ?? false;
  }

  get isFinished(): boolean {
    return this.#reasons !== undefined && this.#reasons.length > 0 && !this.isUnfinished;
  }

  get isAborted(): boolean {
    return this.#reasons?.some(isAbortReason) ?? false;
  }

  get finishReason(): string | undefined {
    return this.#reasons?.filter((reason) => reason !== undefined).join(',') || undefined;
  }

  /** The fields of a decoded response that the responses themselves give. `mayCountEvents` allows the last resort. */
  totals(options: {
    readonly mayCountEvents: boolean;
    readonly usageName: 'usage' | 'continuous-usage';
  }): Pick<
    DecodedResponse,
    'outputTokens' | 'outputTokensSource' | 'usage' | 'finishReason' | 'tokenCounts' | 'serverTimes'
  > {
    const counts: TokenCount[] = [];
    const { countedTokens } = this;
    if (countedTokens !== undefined) counts.push({ source: options.usageName, tokens: countedTokens });
    if (this.#listedTokens !== undefined) counts.push({ source: 'token-ids', tokens: this.#listedTokens });
    const isCountable = options.mayCountEvents && (this.#contentEvents > 0 || this.#responses === 0);
    if (counts.length === 0 && isCountable) counts.push({ source: 'event-count', tokens: this.#contentEvents });
    const serverTimes = toServerTimes(this.#times);
    return {
      outputTokens: counts[0]?.tokens,
      outputTokensSource: counts[0]?.source ?? 'unavailable',
      usage: this.#usage(),
      finishReason: this.finishReason,
      ...(counts.length > 1 ? { tokenCounts: counts } : {}),
      ...(serverTimes === undefined ? {} : { serverTimes }),
    };
  }

  #usage(): ReportedUsage | undefined {
    const { countedTokens } = this;
    if (countedTokens === undefined && this.#inputTokens === undefined) return undefined;
    return {
      promptTokens: this.#inputTokens,
      completionTokens: countedTokens,
      cachedTokens: undefined,
      reasoningTokens: undefined,
    };
  }
}

function toServerTimes(times: TritonTimes | undefined): ServerTimes | undefined {
  if (times === undefined) return undefined;
  const { arrivalNs, firstScheduledNs, firstTokenNs, lastTokenNs } = times;
  return {
    queueMs: between(arrivalNs, firstScheduledNs),
    prefillMs: between(firstScheduledNs, firstTokenNs),
    decodeMs: between(firstTokenNs, lastTokenNs),
    totalMs: between(arrivalNs, lastTokenNs),
  };
}

/** Zero is how the executor writes a moment that has not come. */
function between(startNs: number | undefined, endNs: number | undefined): number | undefined {
  if (startNs === undefined || endNs === undefined || startNs === 0 || endNs < startNs) return undefined;
  return (endNs - startNs) / NS_PER_MS;
}
