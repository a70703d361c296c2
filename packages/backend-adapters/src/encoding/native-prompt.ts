import type { RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import { asksForForm } from '../openai/answer-form.ts';
import { type PlainPrompt, plainPrompt } from './plain-prompt.ts';

/**
 * The prompt, for interfaces that know texts and token IDs only and whose answers are not held to a form; `place` names the interface in the
 * error.
 *
 * @throws AdapterError PROMPT_KIND_UNSUPPORTED for conversations, lists of texts, tools and response formats
 */
export function nativePrompt(sample: RequestSample, place: string): PlainPrompt {
  if (asksForForm(sample)) {
    throw new AdapterError('PROMPT_KIND_UNSUPPORTED', `${place} is asked for plain answers only`, {
      hint: 'use --api chat for tools and response formats',
    });
  }
  return plainPrompt(sample.prompt, place);
}
