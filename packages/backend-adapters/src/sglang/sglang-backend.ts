import type { Backend } from '@assay/loadgen';
import { countTokens } from '../asking/count-tokens.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askSglangCapabilities } from './capabilities.ts';
import { readSglangCounters } from './counters.ts';
import { createGenerateExample } from './example-answer.ts';
import { GenerateProtocol, readGenerateBody } from './generate-protocol.ts';
import { createGenerateEncoder } from './generate-request.ts';
import { createSglangFields, withoutStreamOptions } from './openai-fields.ts';

/** SGLang's server: its own `/generate` (`native`) and OpenAI's interfaces, exact output lengths, token-ID prompts, its tokenizer. */
export function createSglangBackend(options: BackendOptions): Backend {
  return {
    name: 'sglang',
    api: options.api,
    ...(options.api === 'native' ? createNativeFace(options) : createSglangOpenAiFace(options)),
    capabilities: (fetchText) => askSglangCapabilities(options, fetchText),
    countTokens: (fetchText, text) => countTokens(options, fetchText, text),
    readCounters: (fetchText) => readSglangCounters(options, fetchText),
  };
}

const createNativeFace = (options: BackendOptions): Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> => ({
  encode: createGenerateEncoder(options),
  createDecoder: () =>
    options.isStreaming ? new ProtocolDecoder(new GenerateProtocol()) : new WholeBodyDecoder(readGenerateBody),
  exampleAnswer: () => createGenerateExample(options.isStreaming),
});

const createSglangOpenAiFace = (options: BackendOptions): Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'> =>
  createOpenAiFace(withoutStreamOptions(options), createSglangFields(options));
