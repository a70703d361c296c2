import type { BodyEnd, DecodedResponse, ResponseDecoder } from '@assay/loadgen';
import { createSseScanner, type SseScanner } from '@assay/wire';
import { BodyText, parseObject } from '../decoding/body-text.ts';
import { DecoderAround } from '../decoding/decoder-around.ts';
import type { AnswerContent, ContentCollector } from './answer-content.ts';

/** What follows from the content of a good answer. */
export type Judge = (content: AnswerContent, decoded: DecodedResponse) => DecodedResponse;

/**
 * Looks at the content of an answer, beside the decoder that measures it: every event is parsed completely, which the measuring one
 * avoids. Only good answers are judged; one that failed has its code already.
 */
export class ContentDecoder extends DecoderAround {
  readonly #collector: ContentCollector;
  readonly #judges: readonly Judge[];
  readonly #scanner: SseScanner | undefined;
  readonly #body = new BodyText();

  constructor(
    inner: ResponseDecoder,
    options: {
      readonly collector: ContentCollector;
      readonly judges: readonly Judge[];
      readonly isStreaming: boolean;
    },
  ) {
    super(inner);
    this.#collector = options.collector;
    this.#judges = options.judges;
    this.#scanner = options.isStreaming
      ? createSseScanner({ onEvent: (bytes, start, end) => this.#onEvent(bytes, start, end) })
      : undefined;
  }

  override onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    super.onBody(bytes, start, end, atMs);
    if (this.#scanner === undefined) this.#body.append(bytes, start, end);
    else this.#scanner.push(bytes, start, end);
  }

  #onEvent(bytes: Uint8Array, start: number, end: number): void {
    const value = parseObject(new TextDecoder().decode(bytes.subarray(start, end)));
    if (value !== undefined) this.#collector.add(value);
  }

  finish(end: BodyEnd): DecodedResponse {
    const decoded = this.inner.finish(end);
    if (decoded.outcome !== 'ok') return decoded;
    const whole = this.#scanner === undefined ? parseObject(this.#body.text) : undefined;
    if (whole !== undefined) this.#collector.add(whole);
    const { content } = this.#collector;
    return this.#judges.reduce((judged, judge) => judge(content, judged), decoded);
  }
}
