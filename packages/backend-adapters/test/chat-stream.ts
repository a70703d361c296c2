import type { DecodedResponse } from '@assay/loadgen';
import type { BackendOptions } from '../src/backend-options.ts';
import { createBackend } from '../src/create-backend.ts';
import { decodeBytes } from './decode-bytes.ts';
import { PLAIN_OPTIONS, textSample } from './plain-request.ts';

export interface ChatAnswer {
  readonly backend?: BackendOptions['backend'];
  readonly isDone?: boolean;
  readonly maxOutputTokens?: number;
}

/** One event about one choice. */
export const choiceEvent = (choice: object, more: object = {}): object => ({
  choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }],
  ...more,
});

export const contentEvent = (content: unknown, index = 0, more: object = {}): object =>
  choiceEvent({ index, delta: { content } }, more);

export const finishEvent = (reason: string, index = 0, more: object = {}): object =>
  choiceEvent({ index, finish_reason: reason }, more);

export const tokens = (completion: number, prompt = 7): object => ({
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});

export const usageEvent = (completion: number, prompt = 7): object => ({ choices: [], ...tokens(completion, prompt) });

/** The bytes of a chat stream under 200, in chunks of one event, read by the backend of a name. */
export function decodeChat(events: readonly object[], answer: ChatAnswer = {}): DecodedResponse {
  const { backend = 'openai', isDone = true, maxOutputTokens = 128 } = answer;
  const data = [...events.map((event) => JSON.stringify(event)), ...(isDone ? ['[DONE]'] : [])];
  const chunks = data.map((text) => `data: ${text}\n\n`).map((text) => `${size(text)}\r\n${text}\r\n`);
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n';
  const decoder = createBackend({ ...PLAIN_OPTIONS, backend, verifyStream: true }).createDecoder(
    textSample('a', maxOutputTokens),
  );
  return decodeBytes(Buffer.from(`${head}${chunks.join('')}0\r\n\r\n`), decoder, 37);
}

const size = (text: string): string => Buffer.byteLength(text).toString(16);
