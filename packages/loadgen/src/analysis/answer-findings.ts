import type { Finding } from '@assay/contracts';
import type { RunSamples } from './run-samples.ts';

/** Findings about what the answers were: forms that were missed, reasoning without an answer, vectors of several lengths. */
export function answerFindings({ answers, outcomes, reasoningOnly }: RunSamples): Finding[] {
  const findings: Finding[] = [];
  const missed = answers.structuredTotal - answers.structured.valid;
  if (missed > 0) {
    const { repaired, 'schema-invalid': invalid, 'not-json': notJson } = answers.structured;
    const message =
      `${missed} of ${answers.structuredTotal} structured answers were not what their schema asks for: ` +
      `${invalid} invalid, ${notJson} no JSON, ${repaired} only without the text around them` +
      (answers.structuredCutOff === 0 ? '' : `; ${answers.structuredCutOff} of them were cut off by their token limit`);
    findings.push({ code: 'STRUCTURED_INVALID', severity: 'notes', message });
  }
  const badCalls = answers.toolCalls - answers.validToolCalls;
  if (badCalls > 0) {
    const message = `${badCalls} of ${answers.toolCalls} tool calls named no offered tool or had other arguments than its schema asks for`;
    findings.push({ code: 'TOOL_CALL_INVALID', severity: 'notes', message });
  }
  if (reasoningOnly > 0) {
    const message = `${reasoningOnly} of ${outcomes.ok} answers ended inside the reasoning: they are in ttft_ms and not in ttfa_ms`;
    findings.push({ code: 'REASONING_ONLY', severity: 'notes', message });
  }
  if (answers.dimensions.size > 1) {
    const message = `embeddings came with ${[...answers.dimensions].join(', ')} numbers: not one model answered`;
    findings.push({ code: 'EMBEDDING_DIMENSION_CHANGES', severity: 'limits', message });
  }
  return findings;
}

/** Two sources that count the same answer differently: which one is right is not known, and nothing is averaged. */
export function tokenAgreementFindings({ agreement }: RunSamples): Finding[] {
  const { compared, disagreeing, largestDifference, example } = agreement;
  if (disagreeing === 0) return [];
  const message =
    `the sources of token counts disagree in ${disagreeing} of ${compared} answers, ` +
    `by up to ${largestDifference} tokens (${example ?? ''}); figures use the first source`;
  return [{ code: 'TOKEN_COUNT_DISAGREES', severity: 'limits', message }];
}
