import type { RequestRecord } from '@assay/contracts';

/** Requests whose sources of token counts were compared, and those whose sources disagree. */
export class TokenAgreement {
  compared = 0;
  disagreeing = 0;
  /** Largest difference between two counts of one answer, tokens. */
  largestDifference = 0;
  /** The first disagreement in words. */
  example: string | undefined;

  add({ index, tokenCounts = [] }: RequestRecord): void {
    if (tokenCounts.length < 2) return;
    this.compared++;
    const counts = tokenCounts.map(({ tokens }) => tokens);
    const difference = Math.max(...counts) - Math.min(...counts);
    if (difference === 0) return;
    this.disagreeing++;
    this.largestDifference = Math.max(this.largestDifference, difference);
    const text = tokenCounts.map(({ source, tokens }) => `${source} ${tokens}`).join(', ');
    this.example ??= `request ${index}: ${text}`;
  }
}
