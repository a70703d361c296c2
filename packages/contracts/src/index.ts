export { canonicalJson } from './canonical-json.ts';
export { ContractError, type ContractErrorCode } from './contract-error.ts';
export { didYouMean } from './did-you-mean.ts';
export type {
  AnswerFacts,
  CapacityDocument,
  CapacityFigure,
  CapacityProbe,
  Dataset,
  DelayFigures,
  DiffDocument,
  DiffSide,
  Finding,
  ImportDocument,
  Interval,
  LengthDistribution,
  Load,
  Metric,
  MetricChange,
  OutcomeCode,
  PriceFile,
  Profile,
  RepeatedMetric,
  RepeatedRun,
  RepeatsDocument,
  RequestRecord,
  ResultsDocument,
  RunConfig,
  RunDifference,
  RunDocument,
  Shortage,
  Slo,
  SloObjective,
  SloVerdict,
  SteadyStateFinding,
  TokenSource,
} from './generated/documents.ts';
export { type DocumentTypes, type SchemaName, schemas } from './generated/schemas.ts';
export { type ContractIssue, formatIssues, fromPointer, toPointer } from './issue.ts';
export { type Measured, mapMeasured, measured, unavailable } from './measured.ts';
export { CURRENT_FORMATS, MIGRATIONS, type Migration, migrate } from './migrate.ts';
export { OUTCOME_CODES, type Outcome } from './outcome.ts';
export { parseYamlDocument } from './parse-document.ts';
export { TYPE_NAMES } from './to-issues.ts';
export { type Validation, validate } from './validate.ts';
