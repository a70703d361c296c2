import { type Body, type GenerationRequest, isObject, readGenerationRequest } from '../../api/generation-request.ts';
import { type Refusal, refuseSchema } from '../../api/refusal.ts';
import type { ResolvedOptions } from '../../options.ts';

/** A request of Anthropic's `/v1/messages` after all checks. */
export type MessagesRequest = GenerationRequest<'messages'>;

/** Checks a body of `/v1/messages`: vLLM makes one of chat of it, and that one's rules hold. */
export function readMessagesRequest(body: Body, options: ResolvedOptions): MessagesRequest | Refusal {
  const { model, messages, max_tokens, temperature, stream, system } = body;
  if (max_tokens === undefined) return refuseSchema('missing', 'body.max_tokens', 'Field required', '<dict>');
  const before = system === undefined ? [] : [{ role: 'system', content: system }];
  const turns = Array.isArray(messages) && messages.length > 0 ? [...before, ...messages] : messages;
  const chat = readGenerationRequest({ model, messages: turns, max_tokens, temperature, stream }, 'chat', options);
  return 'status' in chat ? toAnthropicError(chat) : { ...chat, api: 'messages', hasUsage: true };
}

/** Refusals that come from chat are worded as Anthropic's; a body that does not fit the schema is refused as everywhere. */
function toAnthropicError(refusal: Refusal): Refusal {
  const { error } = JSON.parse(refusal.body) as { error: unknown };
  if (!isObject(error) || error['type'] === 'Bad Request') return refusal;
  const { type, message } = error;
  return { status: refusal.status, body: JSON.stringify({ type: 'error', error: { type, message } }) };
}
