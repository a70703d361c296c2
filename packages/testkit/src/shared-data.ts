import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Absolute path of a file or folder of the shared data that lies beside the repository; `undefined` where it is absent. */
export function sharedData(relativePath: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../../shared/data/${relativePath}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
