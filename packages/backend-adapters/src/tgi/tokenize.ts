import type { FetchText } from '@assay/loadgen';
import { postQuestion } from '../asking/post-question.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';

/**
 * Tokens of a text as the server counts them: `/chat_tokenize` with the chat template on the chat interface, else `/tokenize`, special
 * tokens included. `undefined` when it does not say.
 */
export async function countTgiTokens(
  options: BackendOptions,
  fetchText: FetchText,
  text: string,
): Promise<number | undefined> {
  const isChat = options.api === 'chat';
  const body = isChat
    ? { model: options.model, messages: [{ role: 'user', content: text }] }
    : { inputs: text, parameters: {} };
  const answer = await fetchText(postQuestion(options, isChat ? '/chat_tokenize' : '/tokenize', body));
  if (answer.status !== 200) return undefined;
  const tokens = isChat ? parseObject(answer.body)?.['tokenize_response'] : parseList(answer.body);
  return Array.isArray(tokens) ? tokens.length : undefined;
}

function parseList(text: string): unknown {
  return parseObject(`{"list":${text}}`)?.['list'];
}
