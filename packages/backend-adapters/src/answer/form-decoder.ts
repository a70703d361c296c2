import type { AnswerFacts } from '@assay/contracts';
import type { BodyEnd, DecodedResponse, RequestSample, ResponseDecoder, ToolDefinition } from '@assay/loadgen';
import { createSseScanner, type SseScanner } from '@assay/wire';
import { BodyText, parseObject } from '../openai/body-text.ts';
import type { AnswerContent, ContentCollector } from './answer-content.ts';
import { checkJson } from './check-json.ts';
import { checkStructured } from './check-structured.ts';

/**
 * Looks at the content of an answer that had to have a form, beside the decoder that measures it: every event is parsed completely,
 * which the measuring one avoids. Only good answers are held to their form; one that failed has its code already.
 */
export class FormDecoder implements ResponseDecoder {
  readonly #inner: ResponseDecoder;
  readonly #sample: RequestSample;
  readonly #collector: ContentCollector;
  readonly #scanner: SseScanner | undefined;
  readonly #body = new BodyText();

  constructor(
    inner: ResponseDecoder,
    options: { readonly sample: RequestSample; readonly collector: ContentCollector; readonly isStreaming: boolean },
  ) {
    this.#inner = inner;
    this.#sample = options.sample;
    this.#collector = options.collector;
    this.#scanner = options.isStreaming
      ? createSseScanner({ onEvent: (bytes, start, end) => this.#onEvent(bytes, start, end) })
      : undefined;
  }

  get isTerminated(): boolean {
    return this.#inner.isTerminated;
  }

  get lastProgressAtMs(): number | undefined {
    return this.#inner.lastProgressAtMs;
  }

  get hasFirstToken(): boolean {
    return this.#inner.hasFirstToken;
  }

  onHeaders(status: number, headers: ReadonlyMap<string, string>, atMs: number): void {
    this.#inner.onHeaders(status, headers, atMs);
  }

  onBody(bytes: Uint8Array, start: number, end: number, atMs: number): void {
    this.#inner.onBody(bytes, start, end, atMs);
    if (this.#scanner === undefined) this.#body.append(bytes, start, end);
    else this.#scanner.push(bytes, start, end);
  }

  #onEvent(bytes: Uint8Array, start: number, end: number): void {
    const value = parseObject(new TextDecoder().decode(bytes.subarray(start, end)));
    if (value !== undefined) this.#collector.add(value);
  }

  finish(end: BodyEnd): DecodedResponse {
    const decoded = this.#inner.finish(end);
    if (decoded.outcome !== 'ok') return decoded;
    const whole = this.#scanner === undefined ? parseObject(this.#body.text) : undefined;
    if (whole !== undefined) this.#collector.add(whole);
    return { ...decoded, answer: factsOf(this.#collector.content, this.#sample) };
  }
}

/** Holds content to what the request asked for. A call of a tool stands in the place of a structured answer. */
export function factsOf({ text, toolCalls }: AnswerContent, { responseFormat, tools }: RequestSample): AnswerFacts {
  const isAnswered = responseFormat !== undefined && (toolCalls.length === 0 || text !== '');
  return {
    ...(isAnswered ? checkStructured(text, responseFormat) : {}),
    ...(tools === undefined ? {} : { toolCalls: toolCalls.map((call) => checkCall(call, tools)) }),
  };
}

const MAX_NAME_LENGTH = 128;

function checkCall(
  { name, argumentsText }: AnswerContent['toolCalls'][number],
  tools: readonly ToolDefinition[],
): NonNullable<AnswerFacts['toolCalls']>[number] {
  const short = name.slice(0, MAX_NAME_LENGTH);
  const tool = tools.find((offered) => offered.name === name);
  if (tool === undefined) return { name: short, arguments: 'unknown-tool' };
  // A tool without parameters may be called with nothing.
  const given = argumentsText.trim() === '' && tool.parameters === undefined ? '{}' : argumentsText;
  return { name: short, arguments: checkJson(given, tool.parameters).state };
}
