const isSource = import.meta.url.endsWith('.ts');

/** The module that workers of a load start with. */
export function workerEntry(): URL {
  return new URL(isSource ? '../worker-main.ts' : './worker.js', import.meta.url);
}

/** The module that helper threads start with: small, because each of them loads it. */
export function threadEntry(): URL {
  return new URL(isSource ? '../thread-main.ts' : './thread.js', import.meta.url);
}
