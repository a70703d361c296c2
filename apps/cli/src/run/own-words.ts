import { schemas } from '@assay/contracts';

/** Every word that the schemas of our documents fix: states, kinds, names. A text that is one of them quotes nobody. */
export const OWN_WORDS: ReadonlySet<string> = new Set(Object.values(schemas).flatMap(wordsIn));

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
