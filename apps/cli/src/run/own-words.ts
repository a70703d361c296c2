import { schemas } from '@assay/contracts';

let ownWords: ReadonlySet<string> | undefined;

/** Whether a text is one of the words that the schemas of our documents fix: states, kinds, names. Such a text quotes nobody. */
export function isOwnWord(text: string): boolean {
  ownWords ??= new Set(Object.values(schemas).flatMap(wordsIn));
  return ownWords.has(text);
}

function wordsIn(schema: unknown): readonly string[] {
  if (Array.isArray(schema)) return schema.flatMap(wordsIn);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: readonly [string, unknown]) => {
    if (key === 'const' || key === 'enum') return [value].flat().filter((word) => typeof word === 'string');
    // Names of fields.
    const names = key === 'properties' ? Object.keys(value as object) : [];
    return [...names, ...wordsIn(value)];
  });
}
