import type { AnswerFacts } from '@assay/contracts';
import type { ResponseFormat } from '@assay/loadgen';
import { checkJson } from './check-json.ts';

type StructuredFacts = Pick<AnswerFacts, 'structured' | 'structuredProblem' | 'repair'>;

const MAX_PROBLEM_LENGTH = 200;
const FENCE = /^\s*```[a-z]*\s*\n([\s\S]*?)\n?\s*```\s*$/i;

/**
 * Holds the text of an answer to the form that was asked for. What is only valid without a code fence or the text around it is `repaired`,
 * never `valid`: a strict client would have failed on it.
 */
export function checkStructured(text: string, format: ResponseFormat): StructuredFacts {
  const schema = format.kind === 'json-schema' ? format.schema : undefined;
  const whole = checkJson(text, schema);
  if (whole.state === 'valid') return { structured: 'valid' };
  if (whole.state === 'not-json') {
    for (const { repair, inner } of repairsOf(text)) {
      if (checkJson(inner, schema).state === 'valid') return { structured: 'repaired', repair };
    }
  }
  return { structured: whole.state, structuredProblem: whole.problem.slice(0, MAX_PROBLEM_LENGTH) };
}

function repairsOf(text: string): { readonly repair: 'code-fence' | 'surrounding-text'; readonly inner: string }[] {
  const [, fenced] = FENCE.exec(text) ?? [];
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  return [
    ...(fenced === undefined ? [] : [{ repair: 'code-fence', inner: fenced } as const]),
    ...(start < 0 || end < start ? [] : [{ repair: 'surrounding-text', inner: text.slice(start, end + 1) } as const]),
  ];
}
