import type { RequestSample, ResponseDecoder } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { asksForForm } from '../openai/answer-form.ts';
import type { ContentCollector } from './answer-content.ts';
import { ContentDecoder, type Judge } from './content-decoder.ts';
import { createFormJudge } from './judge-form.ts';
import { createTokenJudge } from './judge-tokens.ts';

const NO_JUDGES: readonly Judge[] = [];

/**
 * Creates the function that puts judges of an answer's content beside the decoder that measures it, where a tokenizer is at hand or the request
 * asked for a form; nearly always neither is, which costs nothing.
 */
export function createJudging(
  { tokenizer, isStreaming }: BackendOptions,
  createCollector: () => ContentCollector,
): (decoder: ResponseDecoder, sample: RequestSample | undefined) => ResponseDecoder {
  const always = tokenizer === undefined ? NO_JUDGES : [createTokenJudge(tokenizer)];
  return (decoder, sample) => {
    const judges = sample === undefined || !asksForForm(sample) ? always : [...always, createFormJudge(sample)];
    if (judges.length === 0) return decoder;
    return new ContentDecoder(decoder, { judges, collector: createCollector(), isStreaming });
  };
}
