import type { DecodedResponse } from '@assay/loadgen';
import { readTgiEvent, type TgiDetails, type TgiToken } from '@assay/wire';
import type { AnswerSummary } from '../decoding/answer-summary.ts';
import { Arrivals } from '../decoding/arrivals.ts';
import { type Failure, isAbortReason, protocolFailure } from '../decoding/failure.ts';
import { countTokensBy } from '../decoding/output-tokens.ts';
import { type StreamEnd, type StreamProtocol, unendedFailure } from '../decoding/stream-protocol.ts';
import type { ReadWhole } from '../decoding/whole-body-decoder.ts';
import { readTgiPlain } from './generate-body.ts';

/**
 * Events of `/generate_stream`. Every event is one token; events without text (bytes of a character to come, special tokens) count as
 * tokens and not as content. The terminator is the event that carries the whole text; nothing may follow it.
 */
export class TgiProtocol implements StreamProtocol {
  readonly readWhole: ReadWhole = readTgiPlain;
  readonly #arrivals = new Arrivals();
  #tokens = 0;
  #contentEvents = 0;
  /** Tokens before the first one with text: they belong to its arrival. */
  #tokensBeforeText = 0;
  #firstTokenAtMs: number | undefined;
  #lastTokenAtMs: number | undefined;
  #details: TgiDetails | undefined;
  isTerminated = false;

  get hasFirstToken(): boolean {
    return this.#firstTokenAtMs !== undefined;
  }

  readEvent(bytes: Uint8Array, start: number, end: number, atMs: number): Failure | undefined {
    const event = readTgiEvent(bytes, start, end);
    if (event.kind === 'error') {
      const kind = event.errorType === undefined ? '' : ` (${event.errorType})`;
      return protocolFailure('STREAM_ERROR_EVENT', `${event.message}${kind}`);
    }
    if (event.kind === 'malformed') return protocolFailure('STREAM_MALFORMED', 'an event is not the JSON it should be');
    if (this.isTerminated) return protocolFailure('STREAM_MALFORMED', 'a token follows the last event');
    return this.#onToken(event, atMs);
  }

  #onToken(token: TgiToken, atMs: number): Failure | undefined {
    this.#tokens += 1;
    this.#count(token.hasText, atMs);
    if (token.isLast) {
      this.isTerminated = true;
      this.#details = token.details;
    }
    if (token.index === undefined || token.index === this.#tokens) return undefined;
    return protocolFailure(
      'STREAM_MALFORMED',
      `event ${this.#tokens} has the index ${token.index}: events are missing or repeated`,
    );
  }

  #count(hasText: boolean, atMs: number): void {
    if (hasText) this.#contentEvents += 1;
    if (this.#firstTokenAtMs === undefined) {
      this.#tokensBeforeText += 1;
      if (!hasText) return;
      this.#firstTokenAtMs = atMs;
      this.#arrivals.add(atMs, this.#tokensBeforeText);
    } else this.#arrivals.add(atMs, 1);
    this.#lastTokenAtMs = atMs;
  }

  summarize(): AnswerSummary {
    return {
      firstTokenAtMs: this.#firstTokenAtMs,
      firstAnswerTokenAtMs: this.#firstTokenAtMs,
      lastTokenAtMs: this.#lastTokenAtMs,
      arrivals: this.#arrivals.pairs,
      arrivalsUnit: 'tokens',
      contentEvents: this.#contentEvents,
      // The server's own count first, then the events, each of which names one token ID.
      ...countTokensBy([
        ['usage', this.#details?.generatedTokens],
        ['token-ids', this.#tokens > 0 ? this.#tokens : undefined],
      ]),
      usage: this.#usage(),
      finishReason: this.#details?.finishReason,
    };
  }

  #usage(): DecodedResponse['usage'] {
    if (this.#details === undefined) return undefined;
    const { inputTokens, generatedTokens } = this.#details;
    return {
      promptTokens: inputTokens,
      completionTokens: generatedTokens,
      cachedTokens: undefined,
      reasoningTokens: undefined,
    };
  }

  findFailure(stream: StreamEnd): Failure | undefined {
    const unended = unendedFailure(stream, {
      isTerminated: this.isTerminated,
      isEmpty: this.#tokens === 0,
      unit: 'token',
      terminator: 'before its last token',
    });
    if (unended !== undefined) return unended;
    if (isAbortReason(this.#details?.finishReason))
      return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
    const reported = this.#details?.generatedTokens;
    if (reported === undefined || reported === this.#tokens) return undefined;
    return protocolFailure(
      'USAGE_MISMATCH',
      `details say ${reported} generated tokens, but ${this.#tokens} events carried one each`,
    );
  }
}
