import { answerText } from '../../api/event-text.ts';
import { tokenize } from '../../tokenizer.ts';

type Json = Readonly<Record<string, unknown>>;

/** The simulator has no model: every token is as likely as every other. */
const LOGPROB = -0.25;

/** Tokens of one answer, `[from, to)`. */
export interface TokenRange {
  readonly answer: number;
  readonly from: number;
  readonly to: number;
}

/** What llama.cpp tells of the probability of each token, with so many candidates. */
export function probabilitiesOf({ answer, from, to }: TokenRange, candidates: number): readonly Json[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, at) => {
    const token = answerText(answer, from + at, from + at + 1);
    const entry = { id: tokenize(token)[0] ?? 0, token, bytes: [...Buffer.from(token)], logprob: LOGPROB };
    return { ...entry, top_logprobs: Array.from({ length: candidates }, () => entry) };
  });
}
