import { isRecord } from '../openai/openai-event.ts';
import { duration, wholeNumber } from '../whole-number.ts';

/** What llama.cpp's server says of its own work on a request (`timings`); `undefined` where it said nothing. */
export interface LlamaCppTimings {
  /** Prompt tokens taken from the prefix cache (`cache_n`); older servers do not send it. */
  readonly cachedTokens: number | undefined;
  /** Prompt tokens that were processed (`prompt_n`), those from the cache not among them. */
  readonly processedTokens: number | undefined;
  readonly promptMs: number | undefined;
  /** Generated tokens (`predicted_n`), the end token among them. */
  readonly predictedTokens: number | undefined;
  readonly predictedMs: number | undefined;
}

/** Reads `timings` of an event or body; `undefined` when it is missing or no object. Times are milliseconds. */
export function readLlamaCppTimings(value: unknown): LlamaCppTimings | undefined {
  if (!isRecord(value)) return undefined;
  return {
    cachedTokens: wholeNumber(value['cache_n']),
    processedTokens: wholeNumber(value['prompt_n']),
    promptMs: duration(value['prompt_ms']),
    predictedTokens: wholeNumber(value['predicted_n']),
    predictedMs: duration(value['predicted_ms']),
  };
}
