import type { ServerTimes } from '@assay/loadgen';

/** What the headers of an answer that is not streamed say; streams have none of these. */
export interface ComputeHeaders {
  readonly promptTokens: number | undefined;
  readonly generatedTokens: number | undefined;
  readonly times: ServerTimes | undefined;
}

/**
 * Reads `x-prompt-tokens`, `x-generated-tokens`, `x-queue-time` and `x-total-time`. Times are whole milliseconds, cut off.
 * `x-inference-time` is prefill and decode together, which nothing tells apart, so neither is reported.
 */
export function readComputeHeaders(headers: ReadonlyMap<string, string>): ComputeHeaders {
  const queueMs = readNumber(headers, 'x-queue-time');
  const totalMs = readNumber(headers, 'x-total-time');
  const hasTimes = queueMs !== undefined || totalMs !== undefined;
  return {
    promptTokens: readNumber(headers, 'x-prompt-tokens'),
    generatedTokens: readNumber(headers, 'x-generated-tokens'),
    times: hasTimes ? { queueMs, prefillMs: undefined, decodeMs: undefined, totalMs } : undefined,
  };
}

function readNumber(headers: ReadonlyMap<string, string>, name: string): number | undefined {
  const text = headers.get(name);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
