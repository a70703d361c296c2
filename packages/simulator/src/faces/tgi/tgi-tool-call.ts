import { answerText } from '../../api/event-text.ts';
import { type Fields, isFields } from './read-fields.ts';

/** The call that an answer makes: the tool that the request insists on, or its first one. */
export interface TgiTool {
  readonly name: string;
  /** The first parameter; it gets the words of the answer. */
  readonly parameter: string;
}

const functionOf = (tool: unknown): Fields | undefined =>
  isFields(tool) && isFields(tool['function']) ? tool['function'] : undefined;

/** The tool of a chat request; `undefined` when there is none, or none may be called. */
export function readTool(fields: Fields): TgiTool | undefined {
  const { tools, tool_choice: choice } = fields;
  if (choice === 'none' || !Array.isArray(tools)) return undefined;
  const functions = tools.map(functionOf).filter((called) => called !== undefined);
  const wanted = functionOf(choice)?.['name'];
  const called = functions.find(({ name }) => wanted === undefined || name === wanted);
  const name = called?.['name'];
  if (typeof name !== 'string') return undefined;
  const { parameters } = called ?? {};
  const properties = isFields(parameters) && isFields(parameters['properties']) ? parameters['properties'] : {};
  return { name, parameter: Object.keys(properties)[0] ?? 'answer' };
}

/** Tokens before the arguments: the router waits for them, and no event carries them. */
export const silentTokens = (outputTokens: number): number => Math.floor(outputTokens * 0.4);

/** What a token adds to the arguments of a call. An answer that is cut off has arguments that are cut off. */
export function argumentPiece(
  tool: TgiTool,
  place: { readonly answer: number; readonly k: number; readonly outputTokens: number; readonly isCutOff: boolean },
): string {
  const { answer, k, outputTokens, isCutOff } = place;
  const at = k - silentTokens(outputTokens);
  const fromEnd = isCutOff ? Number.POSITIVE_INFINITY : outputTokens - 1 - k;
  if (fromEnd === 0) return '';
  if (at === 0) return '{';
  if (fromEnd === 1) return '"}';
  return at === 1 ? `${JSON.stringify(tool.parameter)}:"` : answerText(answer, k, k + 1);
}
