import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from './backend-options.ts';
import { askCapabilities } from './capabilities.ts';
import { PlainDecoder } from './plain-decoder.ts';
import { createRequestEncoder } from './request.ts';
import { StreamDecoder } from './stream-decoder.ts';

/** Any server that speaks OpenAI's chat or completions interface, and nothing beyond it. */
export function createOpenAiBackend(options: BackendOptions): Backend {
  return {
    name: 'openai',
    api: options.api,
    encode: createRequestEncoder(options),
    createDecoder: () => (options.isStreaming ? new StreamDecoder(options) : new PlainDecoder()),
    capabilities: (fetchText) => askCapabilities(options, fetchText),
  };
}
