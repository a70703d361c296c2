import type { Backend } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askTritonCapabilities } from './capabilities.ts';
import { askTritonCounters } from './counters.ts';
import { createTritonExample } from './example-answer.ts';
import { readTritonBody } from './generate-body.ts';
import { TritonProtocol } from './generate-protocol.ts';
import { createTritonEncoder } from './request.ts';

/**
 * Triton Inference Server: its generate extension with `native`; its OpenAI frontend, a server on a port of its own, with `chat`
 * and `completions`.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createTritonBackend(options: BackendOptions): Backend {
  const { api, isStreaming } = options;
  if (api === 'responses') {
    throw new AdapterError('API_UNSUPPORTED', 'Triton has no interface responses', {
      hint: 'use --api native, or --api chat on the port of its OpenAI frontend',
    });
  }
  const face: Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> =
    api === 'native'
      ? {
          encode: createTritonEncoder(options),
          createDecoder: () =>
            isStreaming ? new ProtocolDecoder(new TritonProtocol()) : new WholeBodyDecoder(readTritonBody),
          exampleAnswer: () => createTritonExample(isStreaming),
        }
      : createOpenAiFace(options);
  return {
    name: 'triton',
    api,
    ...face,
    capabilities: (fetchText) => askTritonCapabilities(options, fetchText),
    readCounters: (fetchText) => askTritonCounters(options, fetchText),
  };
}
