import type { RequestSample } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { asksForForm } from '../openai/answer-form.ts';

/**
 * Whether a request goes on past its answer's natural end: where a length is asked for, as an answer without a limit would fill the context,
 * and where the answer may have any end, as JSON and calls of tools would be spoilt.
 */
export const forcesLength = ({ ignoreEos }: BackendOptions, sample: RequestSample): boolean =>
  ignoreEos && sample.maxOutputTokens !== undefined && !asksForForm(sample);
