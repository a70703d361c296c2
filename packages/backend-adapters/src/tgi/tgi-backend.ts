import type { Backend } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../openai/backend-options.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askTgiCapabilities } from './capabilities.ts';
import { readTgiCounters } from './counters.ts';
import { TgiOpenAiPlainDecoder } from './openai-plain-decoder.ts';
import { TgiPlainDecoder } from './plain-decoder.ts';
import { createTgiEncoder, withoutTokenIds } from './request.ts';
import { TgiStreamDecoder } from './stream-decoder.ts';
import { countTgiTokens } from './tokenize.ts';

/**
 * Text Generation Inference: its native interface (`native`), and its OpenAI interface (`chat`, `completions`). Output lengths cannot be
 * forced on it: `ignoreEos` has no effect.
 *
 * @throws AdapterError API_UNSUPPORTED for `responses`
 */
export function createTgiBackend(options: BackendOptions): Backend {
  return {
    name: 'tgi',
    api: options.api,
    ...createFace(options),
    capabilities: (fetchText) => askTgiCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTgiTokens(options, fetchText, text),
    readCounters: (fetchText) => readTgiCounters(options, fetchText),
  };
}

function createFace(options: BackendOptions): Pick<Backend, 'encode' | 'createDecoder'> {
  const { api, isStreaming } = options;
  if (api === 'responses') {
    throw new AdapterError('API_UNSUPPORTED', 'tgi has no interface responses', {
      hint: 'use --api native, --api chat or --api completions',
    });
  }
  if (api === 'native') {
    return {
      encode: createTgiEncoder(options),
      createDecoder: () => (isStreaming ? new TgiStreamDecoder() : new TgiPlainDecoder()),
    };
  }
  const face = createOpenAiFace(options, undefined, () => new TgiOpenAiPlainDecoder());
  return { ...face, encode: withoutTokenIds(face.encode) };
}
