import type { AnswerFacts, RequestRecord } from '@assay/contracts';
import { NumberColumn } from './number-column.ts';

/** Finish reasons by which servers say that the token limit ended an answer. */
const LIMIT_REASONS: ReadonlySet<string> = new Set(['length', 'max_tokens', 'max_output_tokens', 'limit']);

/** What ok answers turned out to be, where requests asked for a form of them. */
export class AnswerTally {
  /** Answers that had to be JSON, by what they were. */
  readonly structured: Record<NonNullable<AnswerFacts['structured']>, number> = {
    valid: 0,
    repaired: 0,
    'schema-invalid': 0,
    'not-json': 0,
  };
  /** Structured answers that missed their form and were cut off by the token limit. */
  structuredCutOff = 0;
  /** Answers to requests that offered tools, and those of them that called one. */
  toolAnswers = 0;
  answersWithCall = 0;
  toolCalls = 0;
  validToolCalls = 0;
  /** End of each answer with embeddings and their number, in turn. */
  readonly vectors: NumberColumn = new NumberColumn();
  /** Lengths of vectors that were seen. */
  readonly dimensions: Set<number> = new Set();
  #structuredTotal = 0;

  get structuredTotal(): number {
    return this.#structuredTotal;
  }

  add({ answer, endMs, finishReason }: RequestRecord): void {
    if (answer === undefined) return;
    if (answer.structured !== undefined) {
      this.#structuredTotal++;
      this.structured[answer.structured]++;
      const isCutOff = finishReason !== null && LIMIT_REASONS.has(finishReason);
      if (answer.structured !== 'valid' && isCutOff) this.structuredCutOff++;
    }
    if (answer.toolCalls !== undefined) {
      this.toolAnswers++;
      if (answer.toolCalls.length > 0) this.answersWithCall++;
      this.toolCalls += answer.toolCalls.length;
      this.validToolCalls += answer.toolCalls.filter((call) => call.arguments === 'valid').length;
    }
    if (answer.vectors !== undefined && endMs !== null) {
      this.vectors.push(endMs);
      this.vectors.push(answer.vectors);
      if (answer.dimension !== undefined) this.dimensions.add(answer.dimension);
    }
  }
}
