import type { RunDocument } from '@assay/contracts';

/** One value of the configuration as a reader sees it. */
export interface ConfigurationRow {
  readonly key: string;
  readonly value: string;
  readonly origin: string;
}

/** Every value of the resolved configuration with where it came from, in the order of the document. */
export function toConfigurationRows(run: RunDocument): readonly ConfigurationRow[] {
  return Object.entries(run.config).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    origin: run.origins[key] ?? 'default',
  }));
}
