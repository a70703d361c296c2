import { tokenFigures } from './input-tokens.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** Generated tokens of ok requests: from usage, else counted and labelled by the finding TOKEN_COUNT_APPROXIMATE. */
export const OUTPUT_TOKENS: MetricDefinition = {
  id: 'output_tokens',
  unit: 'tokens',
  figuresOf: (samples) => tokenFigures('output_tokens', samples.reasonOr('NO_USAGE'), samples.outputTokens),
};
