import type { Backend, DecodedResponse, RequestSample } from '@assay/loadgen';
import { createEventShapes } from '@assay/wire';
import { createChatCollector, createResponsesCollector } from '../answer/answer-content.ts';
import { createJudging } from '../answer/judge-decoder.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import type { WholeAnswer } from '../decoding/whole-body.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { askCapabilities } from './capabilities.ts';
import { createConversationEncoder, isConversation } from './conversation-request.ts';
import { readEmbeddings } from './embeddings-body.ts';
import { createEmbeddingsEncoder, inputCountOf } from './embeddings-request.ts';
import { createExampleAnswer } from './example-answer.ts';
import { readPlainBody } from './plain-body.ts';
import { createRequestEncoder } from './request.ts';
import { readResponsesBody } from './responses-body.ts';
import { ResponsesProtocol } from './responses-protocol.ts';
import { createResponsesEncoder } from './responses-request.ts';
import { StreamDecoder, type StreamDecoderOptions, type StreamEnding } from './stream.ts';

type Face = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

/** What a runtime does in its own way on OpenAI's interfaces. */
export interface OwnWays {
  /** Its own parameters of a request. */
  readonly extraOf?: ((sample: RequestSample) => Readonly<Record<string, unknown>>) | undefined;
  /** Its own reading of whole chat and completions answers. */
  readonly readPlain?: (answer: WholeAnswer, maxOutputTokens?: number) => DecodedResponse;
  /** What the end of its chat and completions streams lacks. */
  readonly ending?: StreamDecoderOptions['ending'];
}

/**
 * How a server's OpenAI interface is spoken: chat, completions, responses or embeddings, as the options say.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createOpenAiFace(options: BackendOptions, own: OwnWays = {}): Face {
  if (options.api === 'embeddings') {
    return {
      encode: createEmbeddingsEncoder(options, own.extraOf),
      createDecoder: (sample) => {
        const inputs = sample === undefined ? undefined : inputCountOf(sample.prompt);
        return new WholeBodyDecoder((answer) => readEmbeddings(answer, inputs));
      },
    };
  }
  return options.api === 'responses' ? responsesFace(options, own) : chatFace(options, own);
}

function responsesFace(options: BackendOptions, { extraOf }: OwnWays): Face {
  const judge = createJudging(options, createResponsesCollector);
  return {
    encode: createResponsesEncoder(options, extraOf),
    createDecoder: (sample) => {
      const decoder = options.isStreaming
        ? new ProtocolDecoder(new ResponsesProtocol(sample?.maxOutputTokens))
        : new WholeBodyDecoder(readResponsesBody);
      return judge(decoder, sample);
    },
  };
}

function chatFace(options: BackendOptions, { extraOf, readPlain = readPlainBody, ending }: OwnWays): Face {
  const { isStreaming, verifyStream, model } = options;
  const judge = createJudging(options, createChatCollector);
  const decoderOptions = { verifyStream, shapes: createEventShapes(), ending, askedModel: model };
  const readWhole = (answer: WholeAnswer, maxOutputTokens?: number): DecodedResponse => {
    const decoded = readPlain(answer, maxOutputTokens);
    return decoded.answeredModel === model ? { ...decoded, answeredModel: undefined } : decoded;
  };
  const encodeText = createRequestEncoder(options, extraOf);
  const exampleApi = options.api === 'chat' ? 'chat' : 'completions';
  const encodeConversation = createConversationEncoder(options, extraOf);
  return {
    encode: (sample) => (isConversation(sample) ? encodeConversation(sample) : encodeText(sample)),
    exampleAnswer: () => createExampleAnswer(exampleApi, isStreaming),
    createDecoder: (sample) => {
      const decoder = isStreaming
        ? new StreamDecoder(decoderOptions, sample?.maxOutputTokens)
        : new WholeBodyDecoder((answer) => readWhole(answer, sample?.maxOutputTokens));
      return judge(decoder, sample);
    },
  };
}

/** It may be TGI, whose streamed tool calls lack a finish reason. */
const ANY_SERVER: StreamEnding = { lacksDone: false, lacksFinishReason: false, toolFinish: 'whole-arguments' };

/** Any server that speaks OpenAI's chat, completions, responses or embeddings interface, and nothing beyond it. */
export function createOpenAiBackend(options: BackendOptions): Backend {
  return {
    name: 'openai',
    api: options.api,
    ...createOpenAiFace(options, { ending: ANY_SERVER }),
    capabilities: (fetchText) => askCapabilities(options, fetchText),
  };
}
