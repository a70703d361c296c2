import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunConfig } from '@assay/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { placeSentFiles, readSentFiles, refuseSecretFiles } from './sent-files.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-sent-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const PLAIN = {
  load: { kind: 'constant', ratePerSecond: 1 },
  dataset: { kind: 'trace' },
  auth: null,
  tls: { caFile: null, isVerified: true },
} as unknown as RunConfig;

test('files of the configuration travel as they are, and the tokenizer keeps its neighbour', () => {
  const home = folder();
  const trace = join(home, 'trace.csv');
  const tokenizer = join(home, 'model', 'tokenizer.json');
  mkdirSync(dirname(tokenizer));
  writeFileSync(trace, Buffer.from([0, 255, 10, 13, 128]));
  writeFileSync(tokenizer, '{}');
  writeFileSync(join(home, 'model', 'tokenizer_config.json'), '{"a":1}');
  const config = { ...PLAIN, load: { kind: 'trace', file: trace, timeScale: 1 }, tokenizer } as RunConfig;
  const sent = JSON.parse(JSON.stringify(readSentFiles(config))) as ReturnType<typeof readSentFiles>;
  rmSync(home, { recursive: true });
  const placed = placeSentFiles(config, sent);
  const own = placed.config.load.kind === 'trace' ? placed.config.load.file : '';
  expect(readFileSync(own)).toEqual(Buffer.from([0, 255, 10, 13, 128]));
  const beside = join(dirname(placed.config.tokenizer ?? ''), 'tokenizer_config.json');
  expect(readFileSync(beside, 'utf8')).toBe('{"a":1}');
  placed.remove();
  expect(existsSync(own)).toBe(false);
});

test('a configuration without files stays what it is', () => {
  expect(readSentFiles(PLAIN)).toEqual([]);
  expect(placeSentFiles(PLAIN, []).config).toBe(PLAIN);
});

test('more than a link carries is refused', () => {
  const file = join(folder(), 'data.jsonl');
  writeFileSync(file, Buffer.alloc(33 * 2 ** 20));
  const config = { ...PLAIN, dataset: { kind: 'jsonl', file } } as RunConfig;
  expect(() => readSentFiles(config)).toThrow(expect.objectContaining({ code: 'CONFIG_CONFLICT' }));
});

test('secrets in files are refused, those in variables are not', () => {
  const refused = expect.objectContaining({ code: 'CONFIG_CONFLICT' });
  expect(() => refuseSecretFiles({ ...PLAIN, auth: { fromFile: '/key' } })).toThrow(refused);
  expect(() => refuseSecretFiles({ ...PLAIN, tls: { ...PLAIN.tls, keyFile: '/tls.key' } })).toThrow(refused);
  expect(() => refuseSecretFiles({ ...PLAIN, auth: { fromEnv: 'KEY' } })).not.toThrow();
});
