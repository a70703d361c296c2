import { ContractError } from './contract-error.ts';
import { didYouMean } from './did-you-mean.ts';

/** Turns a document of one version into the next; pure, and kept for as long as the old version may be met. */
export interface Migration {
  readonly from: string;
  readonly to: string;
  migrate(document: Readonly<Record<string, unknown>>): Record<string, unknown>;
}

/** Newest version of every format. */
export const CURRENT_FORMATS: readonly string[] = [
  'assay/profile/v1',
  'assay/run/v1',
  'assay/results/v1',
  'assay/slo/v1',
  'assay/prices/v1',
  'assay/capacity/v1',
  'assay/repeats/v1',
  'assay/diff/v1',
  'assay/import/v1',
];

/** Steps between released versions, oldest first. All formats are at their first version. */
export const MIGRATIONS: readonly Migration[] = [];

const parse = (id: string): { readonly format: string; readonly version: number } | undefined => {
  const match = /^assay\/([a-z-]+)\/v([0-9]+)$/.exec(id);
  return match === null ? undefined : { format: match[1] ?? '', version: Number(match[2]) };
};

/**
 * Brings a document to the newest version of its format, step by step. Throws `ContractError`: `FORMAT_UNKNOWN` when its `schema` names no
 * format, `FORMAT_TOO_NEW` when it is newer than this software, `MIGRATION_BROKEN` when no step leads on from its version.
 * The result is not validated: hand it to `validate`.
 */
export function migrate(
  value: unknown,
  registry: { readonly current: readonly string[]; readonly migrations: readonly Migration[] } = {
    current: CURRENT_FORMATS,
    migrations: MIGRATIONS,
  },
): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ContractError('FORMAT_UNKNOWN', 'not a document: a mapping with a "schema" field is needed');
  }
  const document: Readonly<Record<string, unknown>> = { ...value };
  const id = document['schema'];
  const given = typeof id === 'string' ? parse(id) : undefined;
  const newestId = registry.current.find((candidate) => parse(candidate)?.format === given?.format);
  const newest = newestId === undefined ? undefined : parse(newestId);
  if (given === undefined || newest === undefined) {
    const near = typeof id === 'string' ? didYouMean(id, registry.current) : undefined;
    throw new ContractError(
      'FORMAT_UNKNOWN',
      id === undefined ? 'the document has no "schema" field' : `unknown format ${JSON.stringify(id)}`,
      {
        hint: near === undefined ? `known formats: ${registry.current.join(', ')}` : `did you mean ${near}?`,
      },
    );
  }
  if (given.version > newest.version) {
    throw new ContractError('FORMAT_TOO_NEW', `${String(id)} is newer than ${newestId}`, {
      hint: 'use a newer version of Assay',
    });
  }
  let migrated: Record<string, unknown> = { ...document };
  while (migrated['schema'] !== newestId) {
    const step = registry.migrations.find(({ from }) => from === migrated['schema']);
    if (step === undefined)
      throw new ContractError('MIGRATION_BROKEN', `no migration leads from ${String(migrated['schema'])}`);
    migrated = { ...step.migrate(migrated), schema: step.to };
  }
  return migrated;
}
