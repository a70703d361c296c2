import type { Backend } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { ContentCollector } from '../answer/answer-content.ts';
import { createJudging } from '../answer/judge-decoder.ts';
import { createTextCollector } from '../answer/text-collector.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askTritonCapabilities } from './capabilities.ts';
import { createTritonExample } from './example-answer.ts';
import { readTritonBody } from './generate-body.ts';
import { askTritonCounters } from './metrics.ts';
import { createTritonEncoder } from './request.ts';
import { TritonProtocol } from './stream.ts';

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
  const judge = createJudging(options, createGenerateCollector);
  const face: Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> =
    api === 'native'
      ? {
          encode: createTritonEncoder(options),
          createDecoder: (sample) =>
            judge(
              isStreaming ? new ProtocolDecoder(new TritonProtocol()) : new WholeBodyDecoder(readTritonBody),
              sample,
            ),
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

/** TensorRT-LLM's ensemble sends the whole text so far where its models are set to accumulate tokens. */
const createGenerateCollector = (): ContentCollector => createTextCollector(textOf, 'pieces-or-whole');

function textOf({ text_output: text }: Readonly<Record<string, unknown>>): string | undefined {
  const texts: readonly unknown[] = Array.isArray(text) ? text : [text];
  return texts.every((each) => typeof each === 'string') ? texts.join('') : undefined;
}
