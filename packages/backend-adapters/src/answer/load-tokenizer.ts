import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AdapterError } from '../adapter-error.ts';
import type { LocalTokenizer } from './judge-tokens.ts';

/**
 * Loads a model's `tokenizer.json`, and the `tokenizer_config.json` beside it where there is one, with the optional package
 * `@huggingface/tokenizers`. Special tokens are not added.
 *
 * @throws AdapterError TOKENIZER_MISSING, TOKENIZER_UNREADABLE
 */
export async function loadTokenizer(file: string): Promise<LocalTokenizer> {
  const { Tokenizer } = await importLibrary();
  const configFile = join(dirname(file), 'tokenizer_config.json');
  const tokenizer = readWith(file, () => {
    const config = existsSync(configFile) ? readJson(configFile) : {};
    return new Tokenizer(readJson(file), config);
  });
  return { count: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length };
}

async function importLibrary(): Promise<typeof import('@huggingface/tokenizers')> {
  try {
    return await import('@huggingface/tokenizers');
  } catch (error: unknown) {
    throw new AdapterError('TOKENIZER_MISSING', 'a tokenizer file needs the package @huggingface/tokenizers', {
      hint: 'npm install @huggingface/tokenizers',
      cause: error,
    });
  }
}

function readWith<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AdapterError('TOKENIZER_UNREADABLE', `cannot use the tokenizer ${file}: ${reason}`, {
      hint: "give the model's tokenizer.json",
      cause: error,
    });
  }
}

function readJson(file: string): object {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value === 'object' && value !== null) return value;
  throw new TypeError('the file holds no object');
}
