import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const WORDS = 2_000;

/** A tokenizer of one token per word, in the Hugging Face format: peers that make prompts want one, and none may be downloaded. */
export function writeTokenizer(cache: string): string {
  const folder = join(cache, 'tokenizer');
  mkdirSync(folder, { recursive: true });
  const special = ['<unk>', '<s>', '</s>'];
  const words = [...special, ...Array.from({ length: WORDS - special.length }, (_, index) => `w${index}`)];
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordLevel',
      vocab: Object.fromEntries(words.map((word, index) => [word, index])),
      unk_token: '<unk>',
    },
  };
  const settings = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    unk_token: '<unk>',
    bos_token: '<s>',
    eos_token: '</s>',
    model_max_length: 100_000,
  };
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(settings));
  return folder;
}
