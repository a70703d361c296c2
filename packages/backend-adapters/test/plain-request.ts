import type { BackendOptions } from '../src/backend-options.ts';

/** Options of a streamed chat without anything special; tests name what they change. */
export const PLAIN_OPTIONS: BackendOptions = {
  backend: 'openai',
  api: 'chat',
  model: 'm',
  isStreaming: true,
  ignoreEos: false,
  includeUsage: true,
  basePath: '',
  headers: {},
  verifyStream: false,
};
