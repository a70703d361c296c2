import type { FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';
import { postQuestion } from './post-question.ts';

/**
 * Tokens of a text as vLLM's or SGLang's `/tokenize` counts them, the chat template included on the chat interface; `undefined` when the
 * server does not say, as older ones and those without a tokenizer.
 */
export async function countTokens(
  options: BackendOptions,
  fetchText: FetchText,
  text: string,
): Promise<number | undefined> {
  const prompt = options.api === 'chat' ? { messages: [{ role: 'user', content: text }] } : { prompt: text };
  const { status, body } = await fetchText(postQuestion(options, '/tokenize', { model: options.model, ...prompt }));
  const count = status === 200 ? parseObject(body)?.['count'] : undefined;
  return typeof count === 'number' ? count : undefined;
}
