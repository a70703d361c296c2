import { proportionInterval } from '@assay/stats';
import { measuredFigure, unavailableFigure } from '../figure.ts';
import type { RunSamples } from '../run-samples.ts';
import type { MetricDefinition } from './metric-definition.ts';

/** A share of ok answers that only stands in results of runs that asked for such answers. */
function ratioMetric(
  id: string,
  countsOf: (samples: RunSamples) => { readonly part: number; readonly whole: number; readonly isAsked: boolean },
  emptyReason: string,
): MetricDefinition {
  const name = { id, statistic: 'ratio', unit: 'ratio' } as const;
  return {
    id,
    unit: name.unit,
    figuresOf: (samples) => {
      const { part, whole, isAsked } = countsOf(samples);
      if (!isAsked) return [];
      if (whole === 0) return [unavailableFigure(name, emptyReason, 0)];
      return [measuredFigure(name, part / whole, whole, proportionInterval(part, whole))];
    },
  };
}

/** Share of the answers that had to match a schema and did, as they came. */
export const STRUCTURED_VALID_RATIO: MetricDefinition = ratioMetric(
  'structured_valid_ratio',
  ({ answers }) => ({
    part: answers.structured.valid,
    whole: answers.structuredTotal,
    isAsked: answers.structuredTotal > 0,
  }),
  'NO_ANSWER',
);

/** Share of the answers to requests with tools that called at least one. */
export const TOOL_CALL_RATIO: MetricDefinition = ratioMetric(
  'tool_call_ratio',
  ({ answers }) => ({ part: answers.answersWithCall, whole: answers.toolAnswers, isAsked: answers.toolAnswers > 0 }),
  'NO_ANSWER',
);

/** Share of the tool calls that named an offered tool with arguments of its schema. */
export const TOOL_CALL_VALID_RATIO: MetricDefinition = ratioMetric(
  'tool_call_valid_ratio',
  ({ answers }) => ({ part: answers.validToolCalls, whole: answers.toolCalls, isAsked: answers.toolAnswers > 0 }),
  'NO_TOOL_CALL',
);
