import type { RequestRecord } from '@assay/contracts';

type Counts = NonNullable<RequestRecord['tokenCounts']>;

const RETOKENISED_SLACK = 0.02;

function spread(counts: Counts): number {
  const tokens = counts.map((count) => count.tokens);
  return tokens.length === 0 ? 0 : Math.max(...tokens) - Math.min(...tokens);
}

/** A retokenised count lacks the end token, and a text may have been generated in other pieces: one token and 2 % are no disagreement. */
function allowanceOf(counts: Counts): number {
  const most = Math.max(...counts.map(({ tokens }) => tokens));
  return counts.some(({ source }) => source === 'retokenised') ? 1 + RETOKENISED_SLACK * most : 0;
}

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
    const difference = spread(tokenCounts.filter(({ source }) => source !== 'retokenised'));
    const ofAll = spread(tokenCounts);
    if (difference === 0 && ofAll <= allowanceOf(tokenCounts)) return;
    this.disagreeing++;
    this.largestDifference = Math.max(this.largestDifference, difference, ofAll);
    const text = tokenCounts.map(({ source, tokens }) => `${source} ${tokens}`).join(', ');
    this.example ??= `request ${index}: ${text}`;
  }
}
