import { DEFAULT_ANSWER_TOKENS } from '../api/generation-request.ts';

/** What decides how long an answer becomes; all are tokens. */
export interface LengthRule {
  /** What the request asks for; `undefined` when it sets no limit. */
  readonly asked: number | undefined;
  /** What is left of the context behind the prompt. */
  readonly room: number;
  readonly minTokens: number;
  readonly ignoresEnd: boolean;
  /** Natural length of answers by the options of the service. */
  readonly natural: number | undefined;
}

/** How long an answer becomes and why it ends, for runtimes that cut a limit at the context. */
export interface AnswerLength {
  readonly outputTokens: number;
  readonly maxTokens: number;
  readonly finishReason: 'length' | 'stop';
}

export function answerLength({ asked, room, minTokens, ignoresEnd, natural }: LengthRule): AnswerLength {
  const maxTokens = Math.min(asked ?? room, room);
  if (ignoresEnd) return { outputTokens: maxTokens, maxTokens, finishReason: 'length' };
  const length = Math.max(minTokens, natural ?? asked ?? DEFAULT_ANSWER_TOKENS);
  const isCutOff = length > maxTokens || (natural === undefined && asked !== undefined);
  return { outputTokens: Math.min(length, maxTokens), maxTokens, finishReason: isCutOff ? 'length' : 'stop' };
}
