import type { RunConfig } from '@assay/contracts';
import { SAFE_TOKEN_IDS, type TokenIdRange } from '@assay/loadgen';
import { CliError } from '../cli-error.ts';

/** Ordinary tokens begin here in vocabularies that put their control tokens first, of which there are up to a thousand. */
const CONTROL_TOKENS = 1000;
/** Vocabularies that put theirs last, reserved and padding ones with them, do so above this share. */
const ORDINARY_SHARE = 0.9;
const SMALLEST_VOCABULARY = 16;

/**
 * IDs for prompts of token IDs: those that the user named, else ordinary ones of a vocabulary of the told size. `undefined` where the
 * server does not tell it: then {@link SAFE_TOKEN_IDS} hold.
 *
 * @throws CliError CONFIG_CONFLICT for IDs beyond the vocabulary
 */
export function tokenIdsOf(
  asked: RunConfig['tokenIdRange'],
  vocabularySize: number | undefined,
): TokenIdRange | undefined {
  if (vocabularySize === undefined || vocabularySize < SMALLEST_VOCABULARY) return asked;
  if (asked !== undefined) {
    if (asked.max <= vocabularySize) return asked;
    const message = `--token-id-range goes up to ${asked.max - 1}, and the vocabulary of the model to ${vocabularySize - 1}`;
    throw new CliError('CONFIG_CONFLICT', message, { hint: 'leave it out: the range is chosen by the vocabulary' });
  }
  return {
    min: Math.min(CONTROL_TOKENS, Math.floor(vocabularySize / 4)),
    max: Math.floor(vocabularySize * ORDINARY_SHARE),
  };
}

/** The ends of a range: where its prompts are refused, so is the whole. */
export const probedIds = ({ min, max }: TokenIdRange = SAFE_TOKEN_IDS): readonly number[] => [
  min,
  Math.floor((min + max) / 2),
  max - 1,
];
