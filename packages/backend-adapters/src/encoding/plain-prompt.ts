import type { Prompt } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';

/** A prompt that is one text or one list of token IDs. */
export type PlainPrompt = Extract<Prompt, { readonly kind: 'text' | 'token-ids' }>;

/**
 * The prompt, for interfaces that know texts and token IDs only; `place` names the interface in the error.
 *
 * @throws AdapterError PROMPT_KIND_UNSUPPORTED for conversations and lists of texts
 */
export function plainPrompt(prompt: Prompt, place: string): PlainPrompt {
  switch (prompt.kind) {
    case 'text':
    case 'token-ids':
      return prompt;
    case 'messages':
      throw new AdapterError('PROMPT_KIND_UNSUPPORTED', `${place} takes no conversations`, { hint: 'use --api chat' });
    case 'texts':
      throw new AdapterError('PROMPT_KIND_UNSUPPORTED', `${place} takes one prompt per request`, {
        hint: 'use --api embeddings',
      });
  }
}
