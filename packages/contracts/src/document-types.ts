import type { SchemaName } from './generated/schemas.ts';
import type {
  PriceFile,
  Profile,
  RequestRecord,
  ResultsDocument,
  RunConfig,
  RunDocument,
  Slo,
} from './generated/types.ts';

/** The type behind each document name. */
export interface DocumentTypes extends Record<SchemaName, unknown> {
  readonly prices: PriceFile;
  readonly profile: Profile;
  readonly 'request-record': RequestRecord;
  readonly results: ResultsDocument;
  readonly run: RunDocument;
  readonly 'run-config': RunConfig;
  readonly slo: Slo;
}
