import type { BodyEnd, DecodedResponse, RequestSample, ResponseDecoder } from '@assay/loadgen';
import { DecoderAround } from '../decoding/decoder-around.ts';
import { protocolFailure } from '../decoding/failure.ts';

/** The reason of an answer that used up its limit, or the room of the model. */
const LIMIT_REASON = 'max_output_tokens';

/**
 * Reads answers of `/v1/responses` whose length was forced. vLLM ends streams that a SIGTERM aborts as `completed`, as if they had come to their natural
 * end; with stop tokens ignored there is none, so an end before the limit is the server's breaking off.
 */
export class ForcedLengthDecoder extends DecoderAround {
  readonly #forcedTokens: number;

  constructor(inner: ResponseDecoder, forcedTokens: number) {
    super(inner);
    this.#forcedTokens = forcedTokens;
  }

  finish(end: BodyEnd): DecodedResponse {
    const decoded = this.inner.finish(end);
    const { outcome, outputTokens, finishReason } = decoded;
    if (outcome !== 'ok' || outputTokens === undefined || finishReason === LIMIT_REASON) return decoded;
    if (outputTokens >= this.#forcedTokens) return decoded;
    const message = `the answer ended after ${outputTokens} of ${this.#forcedTokens} forced tokens`;
    return { ...decoded, ...protocolFailure('SERVER_ABORTED', message) };
  }
}

/** Tokens that an answer is forced to have; `undefined` where it may end by itself. */
export function forcedTokensOf(
  sample: RequestSample | undefined,
  fields: ((sample: RequestSample) => Readonly<Record<string, unknown>>) | undefined,
): number | undefined {
  if (sample?.maxOutputTokens === undefined) return undefined;
  return fields?.(sample)['ignore_eos'] === true ? sample.maxOutputTokens : undefined;
}
