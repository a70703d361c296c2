import type { RequestRecord } from './generated/types.ts';

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

/** Kind of end of one request. */
export type Outcome = RequestRecord['outcome'];

/** Where an output token count comes from. */
export type TokenSource = RequestRecord['outputTokensSource'];
