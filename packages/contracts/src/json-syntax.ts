/** Where strict JSON (RFC 8259) breaks first. */
export interface JsonFault {
  /** Offset in UTF-16 code units. */
  readonly offset: number;
  readonly expected: string;
}

const MAX_DEPTH = 500;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids control characters in strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/** The first fault, or `undefined` for valid JSON. Stands in for `JSON.parse`, whose messages often have no position. */
export function findJsonFault(text: string): JsonFault | undefined {
  const scanner = { text, offset: 0 };
  const fault = scanValue(scanner, 0);
  if (fault !== undefined) return fault;
  skip(scanner, SPACE);
  return scanner.offset < text.length ? { offset: scanner.offset, expected: 'the end of the document' } : undefined;
}

interface Scanner {
  readonly text: string;
  offset: number;
}

/** Moves behind the expression when it matches here. */
function skip(scanner: Scanner, expression: RegExp): boolean {
  expression.lastIndex = scanner.offset;
  if (!expression.test(scanner.text)) return false;
  scanner.offset = expression.lastIndex;
  return true;
}

function skipMark(scanner: Scanner, mark: string): boolean {
  skip(scanner, SPACE);
  if (scanner.text[scanner.offset] !== mark) return false;
  scanner.offset++;
  return true;
}

function scanValue(scanner: Scanner, depth: number): JsonFault | undefined {
  skip(scanner, SPACE);
  if (depth > MAX_DEPTH) return { offset: scanner.offset, expected: `at most ${MAX_DEPTH} levels` };
  if (skipMark(scanner, '{')) return scanItems(scanner, '}', depth);
  if (skipMark(scanner, '[')) return scanItems(scanner, ']', depth);
  if (skip(scanner, STRING) || skip(scanner, NUMBER) || skip(scanner, WORD)) return undefined;
  return { offset: scanner.offset, expected: scanner.text[scanner.offset] === '"' ? 'a valid string' : 'a value' };
}

function scanItems(scanner: Scanner, close: '}' | ']', depth: number): JsonFault | undefined {
  if (skipMark(scanner, close)) return undefined;
  do {
    if (close === '}') {
      skip(scanner, SPACE);
      if (!skip(scanner, STRING)) return { offset: scanner.offset, expected: 'a key in double quotes' };
      if (!skipMark(scanner, ':')) return { offset: scanner.offset, expected: 'a colon' };
    }
    const fault = scanValue(scanner, depth + 1);
    if (fault !== undefined) return fault;
  } while (skipMark(scanner, ','));
  return skipMark(scanner, close) ? undefined : { offset: scanner.offset, expected: `a comma or ${close}` };
}
