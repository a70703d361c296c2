import { DEFAULT_ANSWER_TOKENS, type GenerationRequest } from '../../api/generation-request.ts';
import type { ResolvedOptions } from '../../options.ts';
import { invalid, type TgiRefusal } from './tgi-refusal.ts';
import type { TgiTool } from './tgi-tool-call.ts';

/** What the router serves at once of one request. */
export const LIMITS = { bestOf: 2, stopSequences: 4, topTokens: 5, prompts: 4 } as const;

/** A request after all checks, with what only TGI has. */
export interface TgiRequest extends GenerationRequest {
  /** Characters of all prompts, the chat template included. */
  readonly characters: number;
  readonly hasDetails: boolean;
  /** Prompt tokens in the details of an answer that is not streamed. */
  readonly hasPrefill: boolean;
  /** Candidates per token. */
  readonly topTokens: number;
  /** Null unless the request samples. */
  readonly seed: number | null;
  /** Stands before the text of the answer; empty unless the full text is asked for. */
  readonly before: string;
  /** The answer is a call of it. */
  readonly tool: TgiTool | undefined;
}

export type Lengths = Pick<GenerationRequest, 'outputTokens' | 'maxTokens' | 'finishReason'>;

/** How long answers get: a limit beyond the model is cut without a word, a prompt beyond it is refused. */
export function readLengths(
  asked: number | undefined,
  promptTokens: number,
  options: ResolvedOptions,
): Lengths | TgiRefusal {
  if (asked === 0) return invalid('`max_new_tokens` must be strictly positive');
  const limit = options.maxModelLength;
  if (promptTokens >= limit) {
    return invalid(
      `\`inputs\` tokens + \`max_new_tokens\` must be <= ${limit}. Given: ${promptTokens} \`inputs\` tokens and ${asked ?? 1} \`max_new_tokens\``,
    );
  }
  const maxTokens = Math.min(asked ?? limit, limit - promptTokens);
  const natural = options.answerTokens ?? asked ?? DEFAULT_ANSWER_TOKENS;
  const isCutOff = natural > maxTokens || (options.answerTokens === undefined && asked !== undefined);
  return { outputTokens: Math.min(natural, maxTokens), maxTokens, finishReason: isCutOff ? 'length' : 'stop' };
}

/** `temperature` and `top_p`, by the rules of the native routes. */
export function checkSampling(fields: Readonly<Record<string, unknown>>): TgiRefusal | undefined {
  const { temperature, top_p: topP, top_k: topK, repetition_penalty: repetition } = fields;
  if (typeof temperature === 'number' && temperature <= 0) return invalid('`temperature` must be strictly positive');
  if (typeof repetition === 'number' && repetition <= 0)
    return invalid('`repetition_penalty` must be strictly positive');
  if (typeof topP === 'number' && !(topP > 0 && topP < 1)) return invalid('`top_p` must be > 0.0 and < 1.0');
  if (topK === 0) return invalid('`top_k` must be strictly positive');
  return undefined;
}

export function checkStops(stop: unknown): TgiRefusal | undefined {
  const count = Array.isArray(stop) ? stop.length : 0;
  if (count <= LIMITS.stopSequences) return undefined;
  return invalid(`\`stop\` supports up to ${LIMITS.stopSequences} stop sequences. Given: ${count}`);
}
