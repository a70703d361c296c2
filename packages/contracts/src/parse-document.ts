import { type Document, isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { ContractError, documentError } from './contract-error.ts';
import type { DocumentTypes, SchemaName } from './generated/schemas.ts';
import { type ContractIssue, formatIssues, fromPointer, toPointer } from './issue.ts';
import { findJsonFault } from './json-syntax.ts';
import { validate } from './validate.ts';

/** Text of a document with what is needed to name places in it. */
interface Source {
  readonly text: string;
  readonly file: string;
  readonly lines: LineCounter;
}

const MAX_ALIASES = 100;
/** One slip in a text can make the parser complain at every line after it. */
const MAX_SYNTAX_ISSUES = 20;

/**
 * Reads a YAML 1.2 document (strict JSON when the file name ends in `.json`) and checks it against a schema.
 *
 * @param text The whole text; a byte order mark is skipped.
 * @param fileName Name for messages, and for telling JSON from YAML.
 * @throws ContractError DOCUMENT_SYNTAX or DOCUMENT_INVALID, with every issue and its line and column.
 */
export function parseYamlDocument<Name extends SchemaName>(
  text: string,
  fileName: string,
  schemaName: Name,
): DocumentTypes[Name] {
  const source: Source = {
    text: text.startsWith('\ufeff') ? text.slice(1) : text,
    file: fileName,
    lines: new LineCounter(),
  };
  const document = parseSyntax(source);
  const inexact = findInexactNumbers(source, document);
  const checked = validate(schemaName, toValue(source, document));
  if (checked.ok && inexact.length === 0) return checked.value;
  const known = new Set(inexact.map(({ pointer }) => pointer));
  const placed = (checked.ok ? [] : checked.issues)
    .filter(({ pointer }) => !known.has(pointer))
    .map((issue) => ({ ...issue, ...placeOf(source, document, issue) }));
  throw documentError('DOCUMENT_INVALID', [...inexact, ...placed].sort(byPlace));
}

function byPlace(a: ContractIssue, b: ContractIssue): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function issueAt(
  source: Source,
  offset: number,
  parts: Partial<ContractIssue> & { readonly message: string },
): ContractIssue {
  const { line, col } = source.lines.linePos(Math.min(offset, source.text.length));
  return {
    file: source.file,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    pointer: '',
    expected: undefined,
    got: undefined,
    hint: undefined,
    ...parts,
  };
}

function parseSyntax(source: Source): Document {
  if (isJson(source)) refuseJsonFault(source);
  const document = parseDocument(source.text, {
    lineCounter: source.lines,
    version: '1.2',
    prettyErrors: false,
    stringKeys: true,
  });
  const faults = [...document.errors, ...document.warnings];
  // The parser recurses; in a text nested thousands deep its stack ends, and it says so once for each level.
  if (faults.some(({ message }) => message.startsWith('Maximum call stack'))) {
    throw documentError('DOCUMENT_SYNTAX', [issueAt(source, 0, { message: 'the document is nested too deep' })]);
  }
  const issues = faults
    .slice(0, MAX_SYNTAX_ISSUES)
    .map(({ code, message, pos }) =>
      issueAt(source, pos[0], { message: SYNTAX_MESSAGES[code] ?? message, hint: SYNTAX_HINTS[code] }),
    );
  if (document.contents === null && issues.length === 0) {
    issues.push(issueAt(source, 0, { message: 'the document is empty', expected: 'a mapping of keys to values' }));
  }
  if (issues.length > 0) throw documentError('DOCUMENT_SYNTAX', issues);
  return document;
}

function isJson({ file }: Source): boolean {
  return file.toLowerCase().endsWith('.json');
}

const SYNTAX_MESSAGES: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'a key stands twice',
  MULTIPLE_DOCS: 'a second document begins here',
  NON_STRING_KEY: 'a key is not text',
};

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'keep one of them',
  TAB_AS_INDENT: 'indent with spaces',
  MULTIPLE_DOCS: 'a file holds one document',
  BAD_ALIAS: 'quote a text that begins with *',
  TAG_RESOLVE_FAILED: 'quote a text that begins with !',
};

function refuseJsonFault(source: Source): void {
  const fault = findJsonFault(source.text);
  if (fault === undefined) return;
  for (const match of source.text.matchAll(/^/gm)) source.lines.addNewLine(match.index);
  const got = source.text.slice(fault.offset, fault.offset + 1);
  throw documentError('DOCUMENT_SYNTAX', [
    issueAt(source, fault.offset, {
      message: 'not valid JSON',
      expected: fault.expected,
      got: got === '' ? 'the end of the text' : JSON.stringify(got),
    }),
  ]);
}

/** Numbers that JavaScript cannot hold: they are refused, not rounded. */
function findInexactNumbers(source: Source, document: Document): readonly ContractIssue[] {
  const issues: ContractIssue[] = [];
  visit(document, {
    Scalar(_, { value, source: text, range }, path) {
      if (typeof value !== 'number' || isHeldExactly(value, text ?? '')) return;
      issues.push(
        issueAt(source, range?.[0] ?? 0, {
          pointer: toPointer(pathOf(path)),
          message: 'the number cannot be held exactly',
          expected: Number.isFinite(value) ? `a whole number up to ${Number.MAX_SAFE_INTEGER}` : 'a finite number',
          got: text ?? String(value),
        }),
      );
    },
  });
  return issues;
}

/** Only whole numbers that are written out must be exact; a decimal fraction is the nearest double by definition. */
function isHeldExactly(value: number, text: string): boolean {
  if (!Number.isFinite(value)) return false;
  return Number.isSafeInteger(value) || !/^([-+]?[0-9]+|0[xo][0-9a-fA-F]+)$/.test(text);
}

function toValue(source: Source, document: Document): unknown {
  try {
    return isJson(source) ? JSON.parse(source.text) : document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : String(error);
    const issue = issueAt(source, 0, {
      message: `aliases cannot be resolved: ${reason}`,
      hint: 'write the values out',
    });
    throw new ContractError('DOCUMENT_SYNTAX', formatIssues([issue]), { cause: error, issues: [issue] });
  }
}

/** Path of a visited node out of its ancestors: keys of pairs and positions in lists. */
function pathOf(ancestors: readonly unknown[]): (string | number)[] {
  return ancestors.flatMap((ancestor, depth): (string | number)[] => {
    if (isPair(ancestor)) return [isScalar(ancestor.key) ? String(ancestor.key.value) : ''];
    if (!isSeq(ancestor)) return [];
    return [ancestor.items.indexOf(ancestors[depth + 1])];
  });
}

/** Line and column of the key of an unknown or misplaced entry, of the value otherwise, of the nearest parent at worst. */
function placeOf(
  source: Source,
  document: Document,
  { pointer, message }: ContractIssue,
): { line: number; column: number; file: string } {
  const isAboutKey = message.startsWith('unknown key');
  const path = fromPointer(pointer);
  let node: unknown = document.contents;
  let offset = offsetOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair = target.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === part);
      if (pair === undefined) break;
      node = pair.value;
      const keyOffset = offsetOf(pair.key);
      offset = (isAboutKey && depth === path.length - 1 ? keyOffset : (offsetOf(node) ?? keyOffset)) ?? offset;
    } else if (isSeq(target)) {
      node = target.items[Number(part)];
      offset = offsetOf(node) ?? offset;
    }
  }
  const { line, col } = source.lines.linePos(offset);
  return { file: source.file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf(node: unknown): number | undefined {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0];
  return undefined;
}
