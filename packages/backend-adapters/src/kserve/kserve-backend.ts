import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askKserveCapabilities } from './capabilities.ts';
import { askKserveCounters } from './counters.ts';
import { createInferExample } from './example-answer.ts';
import { readInference } from './infer-body.ts';
import { openAiOptions, ownOptions } from './openai-options.ts';
import { createInferEncoder } from './request.ts';

/**
 * KServe's own server: OpenAI's interfaces below `/openai`, and with `native` the Open Inference Protocol (V2), or V1 where
 * `nativeProtocol` says so. A `host` header chooses the service when one ingress address stands before several.
 *
 * @throws AdapterError API_UNSUPPORTED for `native` with streams
 */
export function createKserveBackend(options: BackendOptions): Backend {
  const own = ownOptions(options);
  const protocol = options.nativeProtocol ?? 'v2';
  const face: Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> =
    options.api === 'native'
      ? {
          encode: createInferEncoder(own, protocol),
          createDecoder: () => new WholeBodyDecoder((answer) => readInference(answer, protocol)),
          exampleAnswer: () => createInferExample(protocol),
        }
      : createOpenAiFace(openAiOptions(options));
  return {
    name: 'kserve',
    api: options.api,
    ...face,
    capabilities: (fetchText) => askKserveCapabilities(own, fetchText),
    readCounters: (fetchText) => askKserveCounters(own, fetchText),
  };
}
