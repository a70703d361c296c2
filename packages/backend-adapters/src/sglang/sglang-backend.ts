import type { Backend } from '@assay/loadgen';
import type { ContentCollector } from '../answer/answer-content.ts';
import { createJudging } from '../answer/judge-decoder.ts';
import { createTextCollector } from '../answer/text-collector.ts';
import { countTokens } from '../asking/count-tokens.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { createOpenAiFace } from '../openai/openai-backend.ts';
import { askSglangCapabilities } from './capabilities.ts';
import { createGenerateExample } from './example-answer.ts';
import { readSglangCounters } from './metrics.ts';
import { createSglangFields, withoutStreamOptions } from './openai-fields.ts';
import { createGenerateEncoder } from './request.ts';
import { GenerateProtocol, readGenerateBody } from './stream.ts';

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

type Face = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

function createNativeFace(options: BackendOptions): Face {
  const { isStreaming } = options;
  const judge = createJudging(options, createGenerateCollector);
  return {
    encode: createGenerateEncoder(options),
    createDecoder: (sample) =>
      judge(isStreaming ? new ProtocolDecoder(new GenerateProtocol()) : new WholeBodyDecoder(readGenerateBody), sample),
    exampleAnswer: () => createGenerateExample(isStreaming),
  };
}

const createGenerateCollector = (): ContentCollector =>
  createTextCollector(({ text }) => (typeof text === 'string' ? text : undefined), 'whole-or-pieces');

const createSglangOpenAiFace = (options: BackendOptions): Face =>
  createOpenAiFace(withoutStreamOptions(options), { extraOf: createSglangFields(options) });
