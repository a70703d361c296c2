import type { Backend, DecodedResponse, RequestSample } from '@assay/loadgen';
import { createEventShapes } from '@assay/wire';
import { createChatCollector, createResponsesCollector } from '../answer/answer-content.ts';
import { ContentDecoder, type Judge } from '../answer/content-decoder.ts';
import { createFormJudge } from '../answer/judge-form.ts';
import { createTokenJudge } from '../answer/judge-tokens.ts';
import type { BackendOptions } from '../backend-options.ts';
import { ProtocolDecoder } from '../decoding/protocol-decoder.ts';
import type { WholeAnswer } from '../decoding/whole-body.ts';
import { WholeBodyDecoder } from '../decoding/whole-body-decoder.ts';
import { asksForForm } from './answer-form.ts';
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
import { StreamDecoder } from './stream-decoder.ts';

type ExtraFields = (sample: RequestSample) => Readonly<Record<string, unknown>>;
type ReadPlain = (answer: WholeAnswer, maxOutputTokens?: number) => DecodedResponse;
type Face = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

/**
 * How a server's OpenAI interface is spoken: chat, completions, responses or embeddings, as the options say. `extraOf` gives a
 * runtime's own parameters of a request, `readPlain` its own reading of whole chat and completions answers.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createOpenAiFace(
  options: BackendOptions,
  extraOf?: ExtraFields,
  readPlain: ReadPlain = readPlainBody,
): Face {
  if (options.api === 'embeddings') {
    return {
      encode: createEmbeddingsEncoder(options, extraOf),
      createDecoder: (sample) => {
        const inputs = sample === undefined ? undefined : inputCountOf(sample.prompt);
        return new WholeBodyDecoder((answer) => readEmbeddings(answer, inputs));
      },
    };
  }
  return options.api === 'responses' ? responsesFace(options, extraOf) : chatFace(options, readPlain, extraOf);
}

const NO_JUDGES: readonly Judge[] = [];

/** What the content of an answer is looked at for; nearly always nothing, which costs nothing. */
export function createJudges({ tokenizer }: BackendOptions): (sample: RequestSample | undefined) => readonly Judge[] {
  const always = tokenizer === undefined ? NO_JUDGES : [createTokenJudge(tokenizer)];
  return (sample) => (sample === undefined || !asksForForm(sample) ? always : [...always, createFormJudge(sample)]);
}

function responsesFace(options: BackendOptions, extraOf?: ExtraFields): Face {
  const { isStreaming } = options;
  const judgesOf = createJudges(options);
  return {
    encode: createResponsesEncoder(options, extraOf),
    createDecoder: (sample) => {
      const decoder = isStreaming
        ? new ProtocolDecoder(new ResponsesProtocol())
        : new WholeBodyDecoder(readResponsesBody);
      const judges = judgesOf(sample);
      if (judges.length === 0) return decoder;
      return new ContentDecoder(decoder, { judges, collector: createResponsesCollector(), isStreaming });
    },
  };
}

function chatFace(options: BackendOptions, readPlain: ReadPlain, extraOf?: ExtraFields): Face {
  const { isStreaming, verifyStream } = options;
  const judgesOf = createJudges(options);
  const decoderOptions = { verifyStream, shapes: createEventShapes() };
  const encodeText = createRequestEncoder(options, extraOf);
  const exampleApi = options.api === 'chat' ? 'chat' : 'completions';
  const encodeConversation = createConversationEncoder(options, extraOf);
  return {
    encode: (sample) => (isConversation(sample) ? encodeConversation(sample) : encodeText(sample)),
    exampleAnswer: () => createExampleAnswer(exampleApi, isStreaming),
    createDecoder: (sample) => {
      const decoder = isStreaming
        ? new StreamDecoder(decoderOptions, sample?.maxOutputTokens)
        : new WholeBodyDecoder((answer) => readPlain(answer, sample?.maxOutputTokens));
      const judges = judgesOf(sample);
      if (judges.length === 0) return decoder;
      return new ContentDecoder(decoder, { judges, collector: createChatCollector(), isStreaming });
    },
  };
}

/** Any server that speaks OpenAI's chat, completions, responses or embeddings interface, and nothing beyond it. */
export function createOpenAiBackend(options: BackendOptions): Backend {
  return {
    name: 'openai',
    api: options.api,
    ...createOpenAiFace(options),
    capabilities: (fetchText) => askCapabilities(options, fetchText),
  };
}
