import type { Backend } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import { ContentDecoder } from '../answer/content-decoder.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createJudges, createOpenAiFace } from '../openai/openai-backend.ts';
import { askTgiCapabilities } from './capabilities.ts';
import { readTgiCounters } from './counters.ts';
import { createTgiExample } from './example-answer.ts';
import { readTgiPlain } from './generate-body.ts';
import { TgiProtocol } from './generate-protocol.ts';
import { chatFormat } from './grammar.ts';
import { readTgiOpenAiPlain } from './openai-body.ts';
import { createTgiEncoder, withinTgi } from './request.ts';
import { createTgiCollector } from './text-collector.ts';
import { countTgiTokens } from './tokenize.ts';

/**
 * Text Generation Inference: its native interface (`native`), and its OpenAI interface (`chat`, `completions`). Output lengths cannot be
 * forced on it: `ignoreEos` has no effect.
 *
 * @throws AdapterError API_UNSUPPORTED for `responses` and `embeddings`
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

type TgiFace = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

function createFace(options: BackendOptions): TgiFace {
  const { api } = options;
  if (api === 'responses' || api === 'embeddings') {
    throw new AdapterError('API_UNSUPPORTED', `tgi has no interface ${api}`, {
      hint: 'use --api native, --api chat or --api completions',
    });
  }
  if (api === 'native') return createNativeFace(options);
  const face = createOpenAiFace(options, ({ responseFormat }) => chatFormat(responseFormat), readTgiOpenAiPlain);
  return { ...face, encode: withinTgi(options, face.encode) };
}

function createNativeFace(options: BackendOptions): TgiFace {
  const { isStreaming } = options;
  const judgesOf = createJudges(options);
  return {
    encode: createTgiEncoder(options),
    exampleAnswer: () => createTgiExample(isStreaming),
    createDecoder: (sample) => {
      const decoder = isStreaming ? new ProtocolDecoder(new TgiProtocol()) : new WholeBodyDecoder(readTgiPlain);
      const judges = judgesOf(sample);
      if (judges.length === 0) return decoder;
      return new ContentDecoder(decoder, { judges, collector: createTgiCollector(), isStreaming });
    },
  };
}
