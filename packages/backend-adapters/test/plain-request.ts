import type { RequestSample } from '@assay/loadgen';
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

/** A prompt of one text, and how long its answer may be. */
export const textSample = (text: string, maxOutputTokens: number): RequestSample => ({
  index: 0,
  prompt: { kind: 'text', text },
  inputTokens: undefined,
  inputTokensSource: 'approximate',
  maxOutputTokens,
});
