import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { RunConfig } from '@assay/contracts';
import { CliError } from '../cli-error.ts';

/** A file of the coordinator's machine that a worker needs, as it travels. */
export interface SentFile {
  /** Its path in the configuration. */
  readonly path: string;
  readonly base64: string;
}

/** As base64 in JSON, well below the longest message of a link. */
const MOST_BYTES = 32 * 2 ** 20;

/** Files that a configuration names and that are no secrets: a trace, a dataset, a tokenizer, a certificate authority. */
function pathsOf({ load, dataset, tokenizer, tls }: RunConfig): readonly string[] {
  const named = [
    load.kind === 'trace' ? load.file : undefined,
    'file' in dataset ? dataset.file : undefined,
    tokenizer,
    tls.caFile ?? undefined,
  ].filter((path) => path !== undefined);
  const beside = tokenizer === undefined ? [] : [join(dirname(tokenizer), 'tokenizer_config.json')].filter(existsSync);
  return [...named, ...beside];
}

/**
 * Reads what workers of other machines need.
 * @throws CliError CONFIG_CONFLICT when it is too much
 */
export function readSentFiles(config: RunConfig): readonly SentFile[] {
  const files = pathsOf(config).map((path) => ({ path, bytes: readFileSync(path) }));
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (total > MOST_BYTES) {
    throw new CliError('CONFIG_CONFLICT', `files of ${total} bytes are too much to send to each worker`, {
      hint: `at most ${MOST_BYTES} in all: cut the trace or the dataset to what the run uses`,
    });
  }
  return files.map(({ path, bytes }) => ({ path, base64: bytes.toString('base64') }));
}

/** A worker's own copies: the configuration that names them, and their removal. */
export function placeSentFiles(
  config: RunConfig,
  files: readonly SentFile[],
): { readonly config: RunConfig; remove(): void } {
  if (files.length === 0) return { config, remove: () => undefined };
  const root = mkdtempSync(join(tmpdir(), 'assay-shard-'));
  // Files of one folder stay together: a tokenizer looks for its configuration beside it.
  const folders = [...new Set(files.map(({ path }) => dirname(path)))];
  const placed = new Map<string, string>();
  for (const { path, base64 } of files) {
    const folder = join(root, String(folders.indexOf(dirname(path))));
    mkdirSync(folder, { recursive: true });
    const own = join(folder, basename(path));
    writeFileSync(own, Buffer.from(base64, 'base64'));
    placed.set(path, own);
  }
  return { config: withPaths(config, placed), remove: () => rmSync(root, { recursive: true, force: true }) };
}

function withPaths(config: RunConfig, placed: ReadonlyMap<string, string>): RunConfig {
  const own = (path: string): string => placed.get(path) ?? path;
  const { load, dataset, tokenizer, tls } = config;
  return {
    ...config,
    load: load.kind === 'trace' ? { ...load, file: own(load.file) } : load,
    dataset: 'file' in dataset ? { ...dataset, file: own(dataset.file) } : dataset,
    ...(tokenizer === undefined ? {} : { tokenizer: own(tokenizer) }),
    tls: typeof tls.caFile === 'string' ? { ...tls, caFile: own(tls.caFile) } : tls,
  };
}

/**
 * Refuses what pods cannot have: files with secrets do not travel.
 * @throws CliError CONFIG_CONFLICT
 */
export function refuseSecretFiles({ auth, secretHeaders, tls }: RunConfig): void {
  const places = [...(auth === null ? [] : [auth]), ...Object.values(secretHeaders ?? {})];
  const path = places.flatMap((place) => ('fromFile' in place ? [place.fromFile] : []))[0] ?? tls.keyFile ?? undefined;
  if (path === undefined) return;
  throw new CliError('CONFIG_CONFLICT', `the pods have no file ${path}, and secrets are not sent`, {
    hint: 'keep the key in a Secret: --pod-secret NAME --api-key-env KEY-OF-IT',
  });
}
