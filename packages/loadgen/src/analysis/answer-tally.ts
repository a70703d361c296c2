import type { AnswerFacts, RequestRecord } from '@assay/contracts';
import { NumberColumn } from './number-column.ts';

/** What ok answers turned out to be, where requests asked for a form of them. */
export class AnswerTally {
  /** Answers that had to be JSON, by what they were. */
  readonly structured: Record<NonNullable<AnswerFacts['structured']>, number> = {
    valid: 0,
    repaired: 0,
    'schema-invalid': 0,
    'not-json': 0,
  };
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

  add({ answer, endMs }: RequestRecord): void {
    if (answer === undefined) return;
    if (answer.structured !== undefined) {
      this.#structuredTotal++;
      this.structured[answer.structured]++;
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
