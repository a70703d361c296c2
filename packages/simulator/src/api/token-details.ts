import type { Body } from './generation-request.ts';
import { type Refusal, refuse, refuseValue } from './refusal.ts';

/** What an answer tells of its tokens beside their text, and of those of its prompt. */
export interface TokenDetails {
  /** Log-probabilities are listed, of so many of the likeliest tokens at each place beside the chosen one; missing: none. */
  readonly logprobs?: number | undefined;
  /** The same of the tokens of the prompt. */
  readonly promptLogprobs?: number | undefined;
  /** IDs of the tokens are listed. */
  readonly hasTokenIds?: boolean;
  /** The prompt stands before the answer. */
  readonly hasEcho?: boolean;
}

/** Most of the likeliest tokens at one place; vLLM's default. */
const MOST_LOGPROBS = 20;

/** Reads what a body of OpenAI's interfaces asks to be told of tokens. */
export function readTokenDetails(
  body: Body,
  api: 'chat' | 'completions',
  isStreaming: boolean,
): TokenDetails | Refusal {
  const logprobs = api === 'chat' ? readChatLogprobs(body) : numberOf(body['logprobs']);
  if (typeof logprobs === 'object') return logprobs;
  const promptLogprobs = numberOf(body['prompt_logprobs']);
  if (isStreaming && promptLogprobs !== undefined && promptLogprobs !== 0) {
    const message = '`prompt_logprobs` are not available when `stream=True`.';
    return refuseValue('prompt_logprobs', promptLogprobs, message);
  }
  const most = Math.max(logprobs ?? 0, promptLogprobs ?? 0);
  if (most > MOST_LOGPROBS) {
    const message = `Requested sample logprobs of ${most}, which is greater than max allowed: ${MOST_LOGPROBS}`;
    return refuse(400, 'BadRequestError', message, 'logprobs');
  }
  return {
    logprobs,
    promptLogprobs: isStreaming ? undefined : promptLogprobs,
    hasTokenIds: body['return_token_ids'] === true,
    hasEcho: api === 'completions' && body['echo'] === true,
  };
}

/** Chat says apart whether and how many. */
function readChatLogprobs({ logprobs, top_logprobs: top }: Body): number | undefined | Refusal {
  const count = numberOf(top);
  if (logprobs === true) return count ?? 0;
  if (count === undefined || count === 0) return undefined;
  return refuseValue('top_logprobs', count, 'when using `top_logprobs`, `logprobs` must be set to true.');
}

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
