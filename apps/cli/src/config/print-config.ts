import { Document, isMap, isScalar } from 'yaml';
import type { ResolvedConfig } from './resolve.ts';

/** The resolved configuration as YAML, with the origin of each value as a comment. */
export function printConfig({ config, origins }: ResolvedConfig): string {
  const document = new Document(config);
  if (isMap(document.contents)) {
    for (const { key, value } of document.contents.items) {
      const comment = ` ${origins[String(isScalar(key) ? key.value : key)] ?? 'default'}`;
      if (isScalar(value)) value.comment = comment;
      else if (isScalar(key)) key.comment = comment;
    }
  }
  return document.toString({ lineWidth: 0 });
}
