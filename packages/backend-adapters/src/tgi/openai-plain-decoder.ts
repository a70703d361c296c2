import type { BodyEnd, DecodedResponse, ResponseDecoder, TokenCount } from '@assay/loadgen';
import { PlainDecoder } from '../openai/plain-decoder.ts';
import { type ComputeHeaders, readComputeHeaders } from './compute-headers.ts';

/**
 * Reads TGI's plain chat and completions answers: OpenAI's body, and counts and times in the headers. Where their counts differ, the
 * header wins: after tools that no answer took, `usage` mixes two generations. The body's count stays beside it.
 */
export class TgiOpenAiPlainDecoder implements ResponseDecoder {
  readonly #inner = new PlainDecoder();
  #headers: ComputeHeaders | undefined;

  get lastProgressAtMs(): number | undefined {
    return this.#inner.lastProgressAtMs;
  }

  get isTerminated(): boolean {
    return this.#inner.isTerminated;
  }

  get hasFirstToken(): boolean {
    return this.#inner.hasFirstToken;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>): void {
    this.#headers = readComputeHeaders(headers);
    this.#inner.onHeaders(status);
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#inner.onBody(bytes, start, end, atMs);
  }

  finish(end: BodyEnd): DecodedResponse {
    const decoded = this.#inner.finish(end);
    const { generatedTokens, times } = this.#headers ?? {};
    const withTimes = times === undefined ? decoded : { ...decoded, serverTimes: times };
    if (generatedTokens === undefined || decoded.outcome !== 'ok') return withTimes;
    const inHeader: TokenCount = { source: 'server-timings', tokens: generatedTokens };
    const inBody = decoded.usage?.completionTokens;
    if (inBody === generatedTokens)
      return { ...withTimes, tokenCounts: [{ source: 'usage', tokens: inBody }, inHeader] };
    const counts = { outputTokens: inHeader.tokens, outputTokensSource: inHeader.source };
    if (inBody === undefined) return { ...withTimes, ...counts };
    return { ...withTimes, ...counts, tokenCounts: [inHeader, { source: 'usage', tokens: inBody }] };
  }
}
