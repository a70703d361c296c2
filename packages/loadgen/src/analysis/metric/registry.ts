import { STRUCTURED_VALID_RATIO, TOOL_CALL_RATIO, TOOL_CALL_VALID_RATIO } from './answer-ratios.ts';
import { CONCURRENCY } from './concurrency.ts';
import { CONNECT } from './connect.ts';
import { E2E_LATENCY } from './e2e-latency.ts';
import { EMBEDDINGS_PER_SECOND } from './embeddings-per-second.ts';
import { ERROR_RATIO } from './error-ratio.ts';
import { GOODPUT } from './goodput.ts';
import { INPUT_TOKENS } from './input-tokens.ts';
import { ITL } from './itl.ts';
import { LITTLES_LAW } from './littles-law.ts';
import type { MetricDefinition } from './metric-definition.ts';
import { OUTPUT_TOKENS } from './output-tokens.ts';
import { OUTPUT_TOKENS_PER_SECOND } from './output-tokens-per-second.ts';
import { REQUESTS_PER_SECOND } from './requests-per-second.ts';
import { SEND_LAG } from './send-lag.ts';
import { TPOT } from './tpot.ts';
import { TTFA } from './ttfa.ts';
import { TTFT } from './ttft.ts';

/** Every metric, in the order of results.json. */
export const METRICS: readonly MetricDefinition[] = [
  TTFT,
  TTFA,
  ITL,
  TPOT,
  E2E_LATENCY,
  SEND_LAG,
  CONNECT,
  REQUESTS_PER_SECOND,
  OUTPUT_TOKENS_PER_SECOND,
  INPUT_TOKENS,
  OUTPUT_TOKENS,
  GOODPUT,
  ERROR_RATIO,
  CONCURRENCY,
  LITTLES_LAW,
  STRUCTURED_VALID_RATIO,
  TOOL_CALL_RATIO,
  TOOL_CALL_VALID_RATIO,
  EMBEDDINGS_PER_SECOND,
];
