import type { EncodedRequest, RequestSample } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { createJsonEncoder } from '../encoding/json-request.ts';
import { plainPrompt } from '../encoding/plain-prompt.ts';
import { asksForForm, chatFormFields, prepareForm } from './answer-form.ts';
import { toChatMessages } from './conversation.ts';

/** Whether a request is more than one text or list of token IDs. */
export const isConversation = (sample: RequestSample): boolean =>
  sample.prompt.kind === 'messages' || sample.prompt.kind === 'texts' || asksForForm(sample);

/**
 * Creates the function that encodes conversations, offers of tools and forms of answers on the chat and completions interfaces. It throws
 * `AdapterError` (`PROMPT_KIND_UNSUPPORTED`) for what an interface has no place for.
 */
export function createConversationEncoder(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): (sample: RequestSample) => EncodedRequest {
  const { api, model, isStreaming, includeUsage } = options;
  return createJsonEncoder(options, `/v1/${api === 'chat' ? 'chat/completions' : 'completions'}`, (sample) => {
    prepareForm(sample);
    const { maxOutputTokens } = sample;
    return {
      model,
      ...(api === 'chat' ? chatPrompt(sample) : completionsPrompt(sample)),
      ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
      temperature: 0,
      ...(isStreaming ? { stream: true } : {}),
      ...(isStreaming && includeUsage ? { stream_options: { include_usage: true } } : {}),
      ...chatFormFields(sample),
      ...extraOf?.(sample),
    };
  });
}

function chatPrompt({ prompt }: RequestSample): Readonly<Record<string, unknown>> {
  if (prompt.kind === 'messages') return { messages: toChatMessages(prompt.messages) };
  const plain = plainPrompt(prompt, 'the chat interface');
  if (plain.kind === 'text') return { messages: [{ role: 'user', content: plain.text }] };
  throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the chat interface takes no token IDs', {
    hint: 'use --api completions',
  });
}

function completionsPrompt({ prompt, tools }: RequestSample): Readonly<Record<string, unknown>> {
  if (tools !== undefined) {
    throw new AdapterError('PROMPT_KIND_UNSUPPORTED', 'the completions interface takes no tools', {
      hint: 'use --api chat',
    });
  }
  const plain = plainPrompt(prompt, 'the completions interface');
  return { prompt: plain.kind === 'text' ? plain.text : plain.tokenIds };
}
