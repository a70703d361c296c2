import type { Backend } from '@assay/loadgen';
import { AdapterError } from '../adapter-error.ts';
import type { ContentCollector } from '../answer/answer-content.ts';
import { createJudging } from '../answer/judge-decoder.ts';
import { createTextCollector } from '../answer/text-collector.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askTgiCapabilities } from './capabilities.ts';
import { createTgiExample } from './example-answer.ts';
import { readTgiPlain } from './generate-body.ts';
import { chatFormat } from './grammar.ts';
import { readTgiCounters } from './metrics.ts';
import { readTgiOpenAiPlain } from './openai-body.ts';
import { createTgiEncoder, withinTgi } from './request.ts';
import { TgiProtocol } from './stream.ts';
import { streamEndingOf } from './stream-ending.ts';
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
  const face = createOpenAiFace(options, {
    extraOf: ({ responseFormat }) => chatFormat(responseFormat),
    readPlain: readTgiOpenAiPlain,
    ending: streamEndingOf(options),
  });
  return { ...face, encode: withinTgi(options, face.encode) };
}

function createNativeFace(options: BackendOptions): TgiFace {
  const { isStreaming } = options;
  const judge = createJudging(options, createTgiCollector);
  return {
    encode: createTgiEncoder(options),
    exampleAnswer: () => createTgiExample(isStreaming),
    createDecoder: (sample) =>
      judge(isStreaming ? new ProtocolDecoder(new TgiProtocol()) : new WholeBodyDecoder(readTgiPlain), sample),
  };
}

/** The last event of a stream has the whole text, and so has a body. */
const createTgiCollector = (): ContentCollector =>
  createTextCollector(({ generated_text: text }) => (typeof text === 'string' ? text : undefined));
