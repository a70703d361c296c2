import type { AnswerFacts } from '@assay/contracts';
import type { RequestSample, ToolDefinition } from '@assay/loadgen';
import type { AnswerContent } from './answer-content.ts';
import { checkJson } from './check-json.ts';
import { checkStructured } from './check-structured.ts';
import type { Judge } from './content-decoder.ts';

/** Holds the content of answers to the form that a request asks for. */
export function createFormJudge(sample: RequestSample): Judge {
  return (content, decoded) => ({ ...decoded, answer: factsOf(content, sample) });
}

/** A call of a tool stands in the place of a structured answer. */
function factsOf({ text, toolCalls }: AnswerContent, { responseFormat, tools }: RequestSample): AnswerFacts {
  const isAnswered = responseFormat !== undefined && (toolCalls.length === 0 || text !== '');
  return {
    ...(isAnswered ? checkStructured(text, responseFormat) : {}),
    ...(tools === undefined ? {} : { toolCalls: toolCalls.map((call) => checkCall(call, tools)) }),
  };
}

const MAX_NAME_LENGTH = 128;

function checkCall(
  { name, argumentsText }: AnswerContent['toolCalls'][number],
  tools: readonly ToolDefinition[],
): NonNullable<AnswerFacts['toolCalls']>[number] {
  const short = name.slice(0, MAX_NAME_LENGTH);
  const tool = tools.find((offered) => offered.name === name);
  if (tool === undefined) return { name: short, arguments: 'unknown-tool' };
  // A tool without parameters may be called with nothing.
  const given = argumentsText.trim() === '' && tool.parameters === undefined ? '{}' : argumentsText;
  return { name: short, arguments: checkJson(given, tool.parameters).state };
}
