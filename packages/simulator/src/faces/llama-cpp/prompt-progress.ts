/** Tokens of a prompt that are processed together. */
const BATCH_TOKENS = 2048;

/**
 * `prompt_progress` at the start of a prompt and after each of its batches. The engine here tells when a prompt is done, not how far it
 * is: these events leave with the first token, and their times are shares of the whole.
 */
export function promptProgress(prompt: {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly promptMs: number;
}): readonly Readonly<Record<string, number>>[] {
  const { promptTokens, cachedTokens, promptMs } = prompt;
  const places = [cachedTokens];
  for (let at = cachedTokens; at < promptTokens; ) {
    at = Math.min(at + BATCH_TOKENS, promptTokens);
    places.push(at);
  }
  return places.map((processed) => {
    const share = (processed - cachedTokens) / Math.max(1, promptTokens - cachedTokens);
    return { total: promptTokens, cache: cachedTokens, processed, time_ms: Math.round(promptMs * share) };
  });
}
