import type { RequestRecord, RunDocument } from '@assay/contracts';

/** A difference of one token and 5 % is none: an end token that is counted or not, a text cut in other pieces. */
const LENGTH_SLACK = 0.05;
/** Prompt tokens of one request that a cache may know without having seen the prompt: its smallest usual block. */
const BLOCK_TOKENS = 16;

type Config = RunDocument['config'];

/** How the work that servers did differs from the work that was asked for: lengths of answers, prompts that came from a cache. */
export class WorkloadTally {
  /** Answers whose length was asked for and is known, and those that missed it. */
  judgedLengths = 0;
  missedLengths = 0;
  askedTokens = 0;
  generatedTokens = 0;
  /** Prompt tokens of requests whose prompts nobody had sent before, and those of them that came from a cache all the same. */
  uniquePromptTokens = 0;
  unexpectedCachedTokens = 0;
  contaminatedRequests = 0;
  /** Tokens that prompts share on purpose; `undefined` where it is not known which prompts share what. */
  readonly #sharedTokens: number | undefined;

  constructor(config: Config) {
    this.#sharedTokens = sharedTokensOf(config);
  }

  add(record: RequestRecord): void {
    this.#addLength(record);
    this.#addCached(record);
  }

  #addLength({ outputTokensRequested: asked, outputTokens: got, outputTokensSource, answer }: RequestRecord): void {
    // An answer that must have a form ends by itself, and events are no tokens.
    if (asked === null || got === null || answer !== undefined || outputTokensSource === 'event-count') return;
    this.judgedLengths++;
    this.askedTokens += asked;
    this.generatedTokens += got;
    if (Math.abs(got - asked) > LENGTH_SLACK * asked + 1) this.missedLengths++;
  }

  #addCached({ cachedTokens, inputTokens, inputTokensRequested: asked }: RequestRecord): void {
    const shared = this.#sharedTokens;
    if (shared === undefined || cachedTokens === null || inputTokens === null) return;
    this.uniquePromptTokens += inputTokens;
    // What is longer than asked for is the chat template, the same for all; a text may also hold more tokens a word than thought.
    const template = asked === null ? 0 : Math.max(0, inputTokens - asked);
    const scale = asked === null || asked === 0 ? 1 : Math.max(1, inputTokens / asked);
    const unexpected = cachedTokens - shared * scale - template - BLOCK_TOKENS;
    if (unexpected <= 0) return;
    this.unexpectedCachedTokens += unexpected;
    this.contaminatedRequests++;
  }
}

/** Traces in CSV name no blocks: their prompts are unique. Those in JSONL may, and files of prompts may hold anything. */
function sharedTokensOf({ dataset, load }: Config): number | undefined {
  if (dataset.kind === 'synthetic') return dataset.sharedPrefixTokens;
  return dataset.kind === 'trace' && load.kind === 'trace' && /\.csv$/i.test(load.file) ? 0 : undefined;
}
