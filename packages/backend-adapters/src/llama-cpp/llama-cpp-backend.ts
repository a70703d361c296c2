import type { Backend } from '@assay/loadgen';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askLlamaCppCapabilities } from './capabilities.ts';
import { CompletionProtocol, readCompletionBody } from './completion-protocol.ts';
import { readLlamaCppCounters } from './counters.ts';
import { createCompletionExample } from './example-answer.ts';
import { createCompletionEncoder } from './native-request.ts';
import { createLlamaCppFields } from './openai-fields.ts';
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

const createNativeFace = (options: BackendOptions): Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> => ({
  encode: createCompletionEncoder(options),
  createDecoder: () =>
    options.isStreaming ? new ProtocolDecoder(new CompletionProtocol()) : new WholeBodyDecoder(readCompletionBody),
  exampleAnswer: () => createCompletionExample(options.isStreaming),
});

const createLlamaCppOpenAiFace = (
  options: BackendOptions,
): Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> =>
  createOpenAiFace(options, createLlamaCppFields(options));
