export { canonicalJson } from './canonical-json.ts';
export { ContractError, type ContractErrorCode, type ContractIssue, formatIssues } from './contract-error.ts';
export { didYouMean } from './did-you-mean.ts';
export type { DocumentTypes } from './document-types.ts';
export { type SchemaName, schemas } from './generated/schemas.ts';
export type {
  Dataset,
  Finding,
  Interval,
  LengthDistribution,
  Load,
  Metric,
  PriceFile,
  Profile,
  RequestRecord,
  ResultsDocument,
  RunConfig,
  RunDocument,
  Slo,
} from './generated/types.ts';
export { type Measured, mapMeasured, measured, unavailable } from './measured.ts';
export { CURRENT_FORMATS, MIGRATIONS, type Migration, migrate } from './migrate.ts';
export { OUTCOME_CODES, type Outcome, type OutcomeCode, type TokenSource } from './outcome.ts';
export { parseYamlDocument } from './parse-document.ts';
export { type Validation, validate } from './validate.ts';
