import type { Backend, RequestSample } from '@assay/loadgen';
import { createEventShapes } from '@assay/wire';
import type { BackendOptions } from './backend-options.ts';
import { askCapabilities } from './capabilities.ts';
import { PlainDecoder } from './plain-decoder.ts';
import { createRequestEncoder } from './request.ts';
import { ResponsesPlainDecoder } from './responses-plain-decoder.ts';
import { createResponsesEncoder } from './responses-request.ts';
import { ResponsesStreamDecoder } from './responses-stream-decoder.ts';
import { StreamDecoder } from './stream-decoder.ts';

/**
 * How a server's OpenAI interface is spoken: chat, completions or responses, as the options say. `extraOf` gives a runtime's own
 * parameters of a request.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createOpenAiFace(
  options: BackendOptions,
  extraOf?: (sample: RequestSample) => Readonly<Record<string, unknown>>,
): Pick<Backend, 'encode' | 'createDecoder'> {
  if (options.api === 'responses') {
    return {
      encode: createResponsesEncoder(options, extraOf),
      createDecoder: () => (options.isStreaming ? new ResponsesStreamDecoder() : new ResponsesPlainDecoder()),
    };
  }
  const decoderOptions = { verifyStream: options.verifyStream, shapes: createEventShapes() };
  return {
    encode: createRequestEncoder(options, extraOf),
    createDecoder: () => (options.isStreaming ? new StreamDecoder(decoderOptions) : new PlainDecoder()),
  };
}

/** Any server that speaks OpenAI's chat, completions or responses interface, and nothing beyond it. */
export function createOpenAiBackend(options: BackendOptions): Backend {
  return {
    name: 'openai',
    api: options.api,
    ...createOpenAiFace(options),
    capabilities: (fetchText) => askCapabilities(options, fetchText),
  };
}
