import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import { AdapterError } from '../adapter-error.ts';
import { isMap as isPlainMap, type Path } from './pointer.ts';

/** Where something stands in a text; 1-based. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/** One object of a text or of a list of objects. */
export interface ManifestSource {
  readonly file: string | undefined;
  readonly value: Readonly<Record<string, unknown>>;
  /** Place of the value at a path, or of its key; `undefined` where there is no text. */
  readonly placeOf: (path: Path, part: 'key' | 'value') => Place | undefined;
}

const MAX_ALIASES = 100;
/** One slip makes the parser complain at much of what follows. */
const MAX_FAULTS = 5;
const TIMESTAMP_TAG = 'tag:yaml.org,2002:timestamp';

/**
 * Reads every object of a text as Kubernetes does: YAML 1.1, dates as texts. Items of a `List` are objects of their
 * own; empty documents are skipped.
 *
 * @throws AdapterError MANIFEST_SYNTAX, with every fault and its line and column.
 */
export function readManifests(text: string, file: string): readonly ManifestSource[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text.startsWith('\ufeff') ? text.slice(1) : text, {
    version: '1.1',
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== TIMESTAMP_TAG),
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
  });
  const faults = [...documents].flatMap((document) => faultsOf(document as Document));
  if (faults.length > 0) {
    const placed = faults
      .slice(0, MAX_FAULTS)
      .map(({ message, offset }) => ({ message, ...placeAt(lines, offset), file }));
    throw syntaxError(placed, text.includes('{{'));
  }
  return [...documents].flatMap((document) => toSources(document as Document, lines, file));
}

/** Objects that never were a text. */
export function wrapObjects(objects: readonly Readonly<Record<string, unknown>>[]): readonly ManifestSource[] {
  return objects.map((value) => ({ file: undefined, value, placeOf: () => undefined }));
}

interface Fault extends Place {
  readonly file: string;
  readonly message: string;
}

/** What keeps a document from being read: its syntax, and keys that are no texts. */
function faultsOf(document: Document): readonly { readonly message: string; readonly offset: number }[] {
  const faults = document.errors.map(({ message, pos }) => ({ message, offset: pos[0] }));
  visit(document, {
    Pair(_, { key }) {
      if (!isMap(key) && !isSeq(key)) return;
      faults.push({ message: 'a key is no text', offset: key.range?.[0] ?? 0 });
    },
  });
  const seen = new Set<number>();
  return faults.filter(({ offset }) => !seen.has(offset) && seen.add(offset));
}

function syntaxError(faults: readonly Fault[], isTemplate = false): AdapterError {
  const text = faults.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n');
  return new AdapterError('MANIFEST_SYNTAX', text, {
    hint: isTemplate ? 'render a template first' : 'a manifest is YAML with one object in each document',
  });
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function toSources(document: Document, lines: LineCounter, file: string): readonly ManifestSource[] {
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) return [];
  const start = placeAt(lines, document.contents.range?.[0] ?? 0);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error: unknown) {
    const message = `aliases cannot be resolved: ${error instanceof Error ? error.message : String(error)}`;
    throw syntaxError([{ ...start, file, message }]);
  }
  if (!isPlainMap(value)) throw syntaxError([{ ...start, file, message: 'the document is not a mapping' }]);
  const sourceAt = (object: Readonly<Record<string, unknown>>, prefix: Path): ManifestSource => ({
    file,
    value: object,
    placeOf: (path, part) => placeAt(lines, offsetOf(document, [...prefix, ...path], part)),
  });
  const items = value['items'];
  if (value['kind'] !== 'List' || !Array.isArray(items)) return [sourceAt(value, [])];
  return items.flatMap((item: unknown, index) => (isPlainMap(item) ? [sourceAt(item, ['items', index])] : []));
}

/** Offset of a key or value; of the nearest parent where the path leads nowhere. */
function offsetOf(document: Document, path: Path, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair = target.items.find(({ key }) => (isScalar(key) ? String(key.value) : undefined) === String(step));
      if (pair === undefined) break;
      node = pair.value;
      const keyOffset = startOf(pair.key);
      const isKey = part === 'key' && depth === path.length - 1;
      offset = (isKey ? keyOffset : (startOf(node) ?? keyOffset)) ?? offset;
    } else if (isSeq(target)) {
      node = target.items[Number(step)];
      offset = startOf(node) ?? offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  if (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) return node.range?.[0];
  return undefined;
}

/** `apiVersion Kind` of an object. */
export const kindOf = (value: Readonly<Record<string, unknown>>): string =>
  `${String(value['apiVersion'] ?? '')} ${String(value['kind'] ?? '')}`.trim();
