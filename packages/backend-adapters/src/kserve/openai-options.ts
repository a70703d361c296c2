import type { BackendOptions } from '../backend-options.ts';

const PREFIX = '/openai';

/** Options of the OpenAI interface below KServe's prefix; a base path that already ends with it stays as it is. */
export function openAiOptions(options: BackendOptions): BackendOptions {
  const { basePath } = options;
  return basePath.endsWith(PREFIX) ? options : { ...options, basePath: `${basePath}${PREFIX}` };
}

/** Options of everything else of KServe, which does not lie below the prefix. */
export function ownOptions(options: BackendOptions): BackendOptions {
  const { basePath } = options;
  return basePath.endsWith(PREFIX) ? { ...options, basePath: basePath.slice(0, -PREFIX.length) } : options;
}

/** Whether KServe's own protocols are spoken, V2 or V1, and not OpenAI's. */
export const isOwnProtocol = ({ api }: BackendOptions): boolean => api === 'native' || api === 'v1';
