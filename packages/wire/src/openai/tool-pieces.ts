import { isRecord, type ToolPiece } from './openai-event.ts';

type Json = Readonly<Record<string, unknown>>;

const NONE: readonly ToolPiece[] = [];

/** The calls of tools in a delta or message; TGI has sent the one call without a list, and `function_call` is their older name. */
export function readToolPieces({ tool_calls: calls, function_call: call }: Json, choice: number): readonly ToolPiece[] {
  if (Array.isArray(calls) && calls.length > 0) {
    return calls.map((each: unknown, place) => {
      const fields = isRecord(each) ? each : {};
      const index = typeof fields['index'] === 'number' ? fields['index'] : place;
      return { choice, call: index, argumentsText: argumentsOf(fields['function']) };
    });
  }
  if (isRecord(calls)) return [{ choice, call: 0, argumentsText: argumentsOf(calls['function']) }];
  return isRecord(call) ? [{ choice, call: 0, argumentsText: argumentsOf(call) }] : NONE;
}

/** TGI's plain answers have arguments that are parsed already. */
function argumentsOf(value: unknown): string {
  const given = isRecord(value) ? value['arguments'] : undefined;
  if (typeof given === 'string') return given;
  return isRecord(given) ? JSON.stringify(given) : '';
}
