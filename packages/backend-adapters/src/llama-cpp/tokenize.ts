import type { FetchText } from '@assay/loadgen';
import { postQuestion } from '../asking/post-question.ts';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';

/**
 * Tokens of a text as the server would count them; on the chat interface the rendered template is what is counted. Special tokens are
 * added and parsed as they are for a prompt. `undefined` when the server does not say.
 */
export async function countTokens(
  options: BackendOptions,
  fetchText: FetchText,
  text: string,
): Promise<number | undefined> {
  const content = options.api === 'chat' ? await renderTemplate(options, fetchText, text) : text;
  if (content === undefined) return undefined;
  const request = postQuestion(options, '/tokenize', { content, add_special: true, parse_special: true });
  const { status, body } = await fetchText(request);
  const tokens = status === 200 ? parseObject(body)?.['tokens'] : undefined;
  return Array.isArray(tokens) ? tokens.length : undefined;
}

async function renderTemplate(
  options: BackendOptions,
  fetchText: FetchText,
  content: string,
): Promise<string | undefined> {
  const { status, body } = await fetchText(
    postQuestion(options, '/apply-template', { messages: [{ role: 'user', content }] }),
  );
  const prompt = status === 200 ? parseObject(body)?.['prompt'] : undefined;
  return typeof prompt === 'string' ? prompt : undefined;
}
