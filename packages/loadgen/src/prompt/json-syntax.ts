/** What is wrong with a text that should be JSON, and where: line and column count from 1, the column in UTF-16 units. */
export interface JsonFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault };

/** Reads JSON; what is none of it is told with its place, which engines name in some of their messages only. */
export function parseJsonText(text: string): ParsedJson {
  const error = errorOf(text);
  if (error === undefined) return { ok: true, value: JSON.parse(text) };
  const before = text.slice(0, positionOf(text)).split('\n');
  // Engines count lines of the piece they were given; the place stands before the message.
  const message = error.replace(/ \(line \d+ column \d+\)| (?:in JSON )?at position \d+/g, '');
  return { ok: false, fault: { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 } };
}

function errorOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error: unknown) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The last character before which the text could still become JSON, by halves. */
function positionOf(text: string): number {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (couldGoOn(text.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whether nothing is wrong with a beginning but its end. */
function couldGoOn(beginning: string): boolean {
  const error = errorOf(beginning);
  if (error === undefined || /end of JSON input|unterminated string/i.test(error)) return true;
  return Number(/at position (\d+)/.exec(error)?.[1] ?? -1) >= beginning.length;
}
