import type { FetchText } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { parseObject } from '../decoding/body-text.ts';

const encoder = new TextEncoder();
const TIMEOUT_MS = 30_000;

/**
 * Tokens of a text as the server would count them, the chat template included on the chat interface; `undefined` when it does not say, as
 * older servers and those without a tokenizer.
 */
export async function countTokens(
  options: BackendOptions,
  fetchText: FetchText,
  text: string,
): Promise<number | undefined> {
  const prompt = options.api === 'chat' ? { messages: [{ role: 'user', content: text }] } : { prompt: text };
  const { status, body } = await fetchText({
    method: 'POST',
    path: `${options.basePath}/tokenize`,
    headers: { 'content-type': 'application/json', ...options.headers },
    body: encoder.encode(JSON.stringify({ model: options.model, ...prompt })),
    timeoutMs: TIMEOUT_MS,
  });
  const count = status === 200 ? parseObject(body)?.['count'] : undefined;
  return typeof count === 'number' ? count : undefined;
}
