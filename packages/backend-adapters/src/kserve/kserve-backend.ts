import type { Backend } from '@assay/loadgen';
import { createJudging } from '../answer/judge-decoder.ts';
import type { BackendOptions } from '../backend-options.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { createInferCollector } from './answer-text.ts';
import { askKserveCapabilities } from './capabilities.ts';
import { createInferExample } from './example-answer.ts';
import { readInference } from './infer-body.ts';
import { askKserveCounters } from './metrics.ts';
import { isOwnProtocol, openAiOptions, ownOptions } from './openai-options.ts';
import { createInferEncoder } from './request.ts';

/**
 * KServe's own server: OpenAI's interfaces below `/openai`, with `native` the Open Inference Protocol (V2), with `v1` the one before it. A `host` header chooses the service when one ingress address stands before several.
 *
 * @throws AdapterError API_UNSUPPORTED for `native` and `v1` with streams
 */
export function createKserveBackend(options: BackendOptions): Backend {
  const own = ownOptions(options);
  const face = isOwnProtocol(options) ? createInferFace(own) : createOpenAiFace(openAiOptions(options));
  return {
    name: 'kserve',
    api: options.api,
    ...face,
    capabilities: (fetchText) => askKserveCapabilities(own, fetchText),
    readCounters: (fetchText) => askKserveCounters(own, fetchText),
  };
}

function createInferFace(options: BackendOptions): Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> {
  const protocol = options.api === 'v1' ? 'v1' : 'v2';
  const judge = createJudging(options, createInferCollector);
  return {
    encode: createInferEncoder(options),
    createDecoder: (sample) => judge(new WholeBodyDecoder((answer) => readInference(answer, protocol)), sample),
    exampleAnswer: () => createInferExample(protocol),
  };
}
