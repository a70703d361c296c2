import type { Backend } from '@assay/loadgen';
import type { ContentCollector } from '../answer/answer-content.ts';
import { createJudging } from '../answer/judge-decoder.ts';
import { createTextCollector } from '../answer/text-collector.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askLlamaCppCapabilities } from './capabilities.ts';
import { createCompletionExample } from './example-answer.ts';
import { readLlamaCppCounters } from './metrics.ts';
import { createLlamaCppFields } from './openai-fields.ts';
import { createCompletionEncoder } from './request.ts';
import { CompletionProtocol, readCompletionBody } from './stream.ts';
import { countTokens } from './tokenize.ts';

/** llama.cpp's server: its own `/completion` (`native`) and OpenAI's interfaces, exact output lengths, token-ID prompts, its tokenizer. */
export function createLlamaCppBackend(options: BackendOptions): Backend {
  return {
    name: 'llama-cpp',
    api: options.api,
    ...(options.api === 'native' ? createNativeFace(options) : createLlamaCppOpenAiFace(options)),
    capabilities: (fetchText) => askLlamaCppCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
    readCounters: (fetchText) => readLlamaCppCounters(options, fetchText),
  };
}

type Face = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

function createNativeFace(options: BackendOptions): Face {
  const { isStreaming } = options;
  const judge = createJudging(options, createCompletionCollector);
  return {
    encode: createCompletionEncoder(options),
    createDecoder: (sample) =>
      judge(
        isStreaming ? new ProtocolDecoder(new CompletionProtocol()) : new WholeBodyDecoder(readCompletionBody),
        sample,
      ),
    exampleAnswer: () => createCompletionExample(isStreaming),
  };
}

const createCompletionCollector = (): ContentCollector =>
  createTextCollector(({ content }) => (typeof content === 'string' ? content : undefined));

const createLlamaCppOpenAiFace = (options: BackendOptions): Face =>
  createOpenAiFace(options, { extraOf: createLlamaCppFields(options) });
