import type { Backend } from '../src/backend/backend.ts';

/** The chat decoder of the adapters, loaded by path: they are a layer above this package and no import of it. */
export async function loadOpenAiBackend(verifyStream: boolean = false): Promise<Backend> {
  const adapters = await import(new URL('../../backend-adapters/src/index.ts', import.meta.url).href);
  return adapters.createBackend({
    backend: 'openai',
    api: 'chat',
    model: 'bench',
    isStreaming: true,
    ignoreEos: false,
    includeUsage: true,
    basePath: '',
    headers: {},
    verifyStream,
  });
}
