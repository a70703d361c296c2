import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument as parseYaml } from 'yaml';
import { ContractError, type ContractIssue, formatIssues } from './contract-error.ts';
import type { DocumentTypes } from './document-types.ts';
import type { SchemaName } from './generated/schemas.ts';
import { validate } from './validate.ts';

/**
 * Reads a YAML or JSON text (JSON is YAML) and checks it against a document's schema. Throws one `ContractError` that carries every issue
 * with file, line and column: `DOCUMENT_SYNTAX` when the text cannot be read, `DOCUMENT_INVALID` when it does not fit.
 */
export function parseYamlDocument<K extends SchemaName>(
  text: string,
  fileName: string,
  schemaName: K,
): DocumentTypes[K] {
  const lineCounter = new LineCounter();
  const document = parseYaml(text.replace(/^\uFEFF/, ''), {
    lineCounter,
    prettyErrors: false,
    uniqueKeys: true,
    strict: true,
  });
  const place = (offset: number | undefined): Pick<ContractIssue, 'file' | 'line' | 'column'> => {
    if (offset === undefined) return { file: fileName, line: undefined, column: undefined };
    const { line, col } = lineCounter.linePos(offset);
    return { file: fileName, line, column: col };
  };
  const fail = (code: 'DOCUMENT_SYNTAX' | 'DOCUMENT_INVALID', issues: readonly ContractIssue[]): never => {
    throw new ContractError(code, formatIssues(issues), { issues });
  };
  const syntax = [...document.errors, ...document.warnings].map(
    (error): ContractIssue => ({
      ...place(error.pos[0]),
      pointer: '',
      message: error.message,
      expected: undefined,
      got: undefined,
      hint: undefined,
    }),
  );
  if (syntax.length > 0) fail('DOCUMENT_SYNTAX', syntax);
  if (document.contents === null) {
    fail('DOCUMENT_SYNTAX', [
      {
        ...place(0),
        pointer: '',
        message: 'the document is empty',
        expected: `a ${schemaName} document`,
        got: undefined,
        hint: undefined,
      },
    ]);
  }
  const validation = validate(schemaName, toValue(document, fileName));
  if (validation.ok) return validation.value;
  return fail(
    'DOCUMENT_INVALID',
    validation.issues
      .map((issue) => ({ ...issue, ...place(offsetOf(document, issue.pointer)) }))
      .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0)),
  );
}

function toValue(document: Document, fileName: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause: unknown) {
    throw new ContractError(
      'DOCUMENT_SYNTAX',
      `${fileName}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** Where the value of a JSON pointer begins; for a key that should not be there, the key itself. */
function offsetOf(document: Document, pointer: string): number | undefined {
  let node: Node | null = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const part of pointer
    .split('/')
    .slice(1)
    .map((text) => text.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    const pair = isMap(node)
      ? node.items.find((item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === part)
      : undefined;
    const child: unknown =
      pair?.value ??
      (node as { get?: (key: unknown, keep: boolean) => unknown } | null)?.get?.(
        Number.isNaN(Number(part)) ? part : Number(part),
        true,
      );
    offset = (pair?.key as Node | undefined)?.range?.[0] ?? (child as Node | undefined)?.range?.[0] ?? offset;
    if (child === undefined || child === null) return offset;
    node = child as Node;
  }
  return offset;
}
