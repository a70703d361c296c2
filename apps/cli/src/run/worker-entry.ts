/** The module that workers of a load and the thread of a calibration start with. */
export function workerEntry(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(isSource ? '../worker-main.ts' : './worker.js', import.meta.url);
}
