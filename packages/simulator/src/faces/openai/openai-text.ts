import {
  type answerBody,
  answerHead,
  type createEventText,
  jsonAscii,
  type UsageCounts,
} from '../../api/event-text.ts';

const FINGERPRINT = 'fp_assay_sim';

const usageObject = ({ promptTokens, completionTokens, cachedTokens }: UsageCounts): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

type Delta = Readonly<Record<string, unknown>>;

/** Events of a stream as OpenAI's reference has them, and no key beyond it. */
export const createOpenAiText: typeof createEventText = (api, id, { createdSeconds, model }) => {
  const isChat = api === 'chat';
  const event = (choices: readonly object[], usage?: object): string => {
    const head = {
      id: isChat ? `chatcmpl-${id}` : `cmpl-${id}`,
      object: isChat ? 'chat.completion.chunk' : 'text_completion',
      created: createdSeconds,
      model,
      ...(isChat ? { service_tier: 'default' } : {}),
      system_fingerprint: FINGERPRINT,
    };
    return `data: ${jsonAscii({ ...head, choices, ...(usage === undefined ? {} : { usage }) })}\n\n`;
  };
  const logprobsOf = (text: string | undefined): unknown => (text === undefined ? null : JSON.parse(text));
  const choice = (index: number, content: Delta, reason: string | null, logprobs?: string): object => ({
    index,
    ...content,
    logprobs: logprobsOf(logprobs),
    finish_reason: reason,
  });
  // Written for the inside of a JSON string.
  const words = (text: string): unknown => JSON.parse(`"${text}"`);
  const delta = (text: string): Delta => (isChat ? { delta: { content: words(text) } } : { text: words(text) });
  return {
    role: (index) =>
      isChat ? event([choice(index, { delta: { role: 'assistant', content: '', refusal: null } }, null)]) : '',
    content: (index, text, _usage, tokens) => event([choice(index, delta(text), null, tokens?.logprobs)]),
    finish: (index, text, _usage, { reason, tokens }) =>
      event([choice(index, isChat && text === '' ? { delta: {} } : delta(text), reason, tokens?.logprobs)]),
    usage: (usage) => event([], usageObject(usage)),
  };
};

/** The body of an answer that is not streamed, as OpenAI's reference has it. */
export const openAiAnswerBody: typeof answerBody = (api, served, answer) => {
  const { choices, usage } = answer;
  const isChat = api === 'chat';
  return jsonAscii({
    ...answerHead(api, served, answer),
    choices: choices.map(({ text, finishReason, tokens }, index) => ({
      index,
      ...(isChat ? { message: { role: 'assistant', content: text, refusal: null, annotations: [] } } : { text }),
      logprobs: tokens.logprobs,
      finish_reason: finishReason,
    })),
    usage: usageObject(usage),
    ...(isChat ? { service_tier: 'default' } : {}),
    system_fingerprint: FINGERPRINT,
  });
};
