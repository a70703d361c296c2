import type { Backend, RequestSample, ResponseDecoder } from '@assay/loadgen';
import { createEventShapes } from '@assay/wire';
import { createChatCollector, createResponsesCollector } from '../answer/answer-content.ts';
import { ContentDecoder, type Judge } from '../answer/content-decoder.ts';
import { createFormJudge } from '../answer/judge-form.ts';
import { createTokenJudge } from '../answer/judge-tokens.ts';
import type { BackendOptions } from '../backend-options.ts';
import { asksForForm } from './answer-form.ts';
import { askCapabilities } from './capabilities.ts';
import { createConversationEncoder, isConversation } from './conversation-request.ts';
import { EmbeddingsDecoder } from './embeddings-decoder.ts';
import { createEmbeddingsEncoder, inputCountOf } from './embeddings-request.ts';
import { createExampleAnswer } from './example-answer.ts';
import { PlainDecoder } from './plain-decoder.ts';
import { createRequestEncoder } from './request.ts';
import { ResponsesPlainDecoder } from './responses-plain-decoder.ts';
import { createResponsesEncoder } from './responses-request.ts';
import { ResponsesStreamDecoder } from './responses-stream-decoder.ts';
import { StreamDecoder } from './stream-decoder.ts';

type ExtraFields = (sample: RequestSample) => Readonly<Record<string, unknown>>;
type Face = Pick<Backend, 'encode' | 'createDecoder' | 'exampleAnswer'>;

/**
 * How a server's OpenAI interface is spoken: chat, completions, responses or embeddings, as the options say. `extraOf` gives a
 * runtime's own parameters of a request, `createPlainDecoder` its own reader of whole chat and completions answers.
 *
 * @throws AdapterError API_UNSUPPORTED
 */
export function createOpenAiFace(
  options: BackendOptions,
  extraOf?: ExtraFields,
  createPlainDecoder: (maxOutputTokens?: number) => ResponseDecoder = (maxOutputTokens) =>
    new PlainDecoder(maxOutputTokens),
): Face {
  if (options.api === 'embeddings') {
    return {
      encode: createEmbeddingsEncoder(options, extraOf),
      createDecoder: (sample) => new EmbeddingsDecoder(sample === undefined ? undefined : inputCountOf(sample.prompt)),
    };
  }
  return options.api === 'responses' ? responsesFace(options, extraOf) : chatFace(options, createPlainDecoder, extraOf);
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
      const decoder = isStreaming ? new ResponsesStreamDecoder() : new ResponsesPlainDecoder();
      const judges = judgesOf(sample);
      if (judges.length === 0) return decoder;
      return new ContentDecoder(decoder, { judges, collector: createResponsesCollector(), isStreaming });
    },
  };
}

function chatFace(
  options: BackendOptions,
  createPlainDecoder: (maxOutputTokens?: number) => ResponseDecoder,
  extraOf?: ExtraFields,
): Face {
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
        : createPlainDecoder(sample?.maxOutputTokens);
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
