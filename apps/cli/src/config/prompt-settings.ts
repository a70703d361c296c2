import {
  DATASET_EXPECTED,
  LENGTHS_EXPECTED,
  parseDataset,
  parseIdRange,
  parseLengths,
  parseSharedPrefix,
} from './load-text.ts';
import type { SettingsNamed } from './setting.ts';

const PROMPTS = 'Prompts:';

/** What is asked. */
export const PROMPTS_SETTINGS: SettingsNamed<
  'inputTokens' | 'outputTokens' | 'sharedPrefix' | 'dataset' | 'tokenIdRange'
> = {
  inputTokens: {
    flag: '--input-tokens <n>',
    group: PROMPTS,
    help: `length of prompts: ${LENGTHS_EXPECTED}`,
    expected: LENGTHS_EXPECTED,
    parse: parseLengths,
  },
  outputTokens: {
    flag: '--output-tokens <n>',
    group: PROMPTS,
    help: 'length of answers, written the same way',
    expected: LENGTHS_EXPECTED,
    parse: parseLengths,
  },
  sharedPrefix: {
    flag: '--shared-prefix <n[xk]>',
    group: PROMPTS,
    help: 'first n tokens of a prompt are one of k shared prefixes: 256x4',
    expected: 'TOKENS or TOKENSxCOUNT such as 256x4',
    parse: parseSharedPrefix,
  },
  dataset: {
    flag: '--dataset <source>',
    group: PROMPTS,
    help: 'synthetic (default): prompts that are made; trace (default with --trace): of its lengths; jsonl:FILE: prompts or conversations; agentic:FILE: sessions of agents, by their lengths; sharegpt:FILE: its first questions',
    expected: DATASET_EXPECTED,
    parse: parseDataset,
  },
  tokenIdRange: {
    flag: '--token-id-range <low-high>',
    group: PROMPTS,
    help: 'IDs that prompts of token IDs are made of (default: by the vocabulary of the model, 300-1499 where the server does not tell its size)',
    expected: 'LOW-HIGH such as 300-1499, of at least two IDs',
    parse: parseIdRange,
  },
};
