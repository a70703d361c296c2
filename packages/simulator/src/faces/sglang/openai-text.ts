import { jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import { END_TOKEN, toEvent } from './output-text.ts';

/** What all events and the body of an answer have in common. */
export interface AnswerPlace {
  readonly id: string;
  readonly createdSeconds: number;
  readonly model: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Cached tokens are left out, as a server without `--enable-cache-report` does. */
const usageObject = ({ promptTokens, completionTokens }: UsageCounts): Json => ({
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  completion_tokens: completionTokens,
  prompt_tokens_details: null,
  reasoning_tokens: 0,
  completion_tokens_details: null,
});

const matchedStop = (reason: string | null): number | null => (reason === 'stop' ? END_TOKEN : null);

const start = ({ id, createdSeconds, model }: AnswerPlace, object: string): Json => ({
  id,
  object,
  created: createdSeconds,
  model,
});

/** An event of a chat stream: of a choice; `usage` only where every event has it. */
export function chatEvent(
  place: AnswerPlace,
  choice: { readonly index: number; readonly delta: Json; readonly reason: string | null },
  usage: UsageCounts | undefined,
): string {
  const { index, delta, reason } = choice;
  const choices = [
    {
      index,
      delta: { reasoning_content: null, ...delta },
      logprobs: null,
      finish_reason: reason,
      matched_stop: matchedStop(reason),
    },
  ];
  const more = usage === undefined ? {} : { usage: usageObject(usage) };
  return toEvent(jsonAscii({ ...start(place, 'chat.completion.chunk'), choices, ...more }));
}

/** The event of a chat stream that holds usage alone. */
export const chatUsageEvent = (place: AnswerPlace, usage: UsageCounts): string =>
  toEvent(jsonAscii({ ...start(place, 'chat.completion.chunk'), choices: [], usage: usageObject(usage) }));

/** An event of a completions stream. */
export function completionEvent(
  place: AnswerPlace,
  choice: { readonly index: number; readonly text: string; readonly reason: string | null },
  usage: UsageCounts | undefined,
): string {
  const choices = [completionChoice(choice)];
  const more = usage === undefined ? null : usageObject(usage);
  return toEvent(jsonAscii({ ...start(place, 'text_completion'), choices, usage: more }));
}

/** The event of a completions stream that holds usage alone; what is null is left out of it. */
export function completionUsageEvent(place: AnswerPlace, usage: UsageCounts): string {
  const counts = Object.fromEntries(Object.entries(usageObject(usage)).filter(([, value]) => value !== null));
  return toEvent(jsonAscii({ ...start(place, 'text_completion'), choices: [], usage: counts }));
}

const completionChoice = (choice: {
  readonly index: number;
  readonly text: string;
  readonly reason: string | null;
}): Json => ({
  index: choice.index,
  text: choice.text,
  logprobs: null,
  finish_reason: choice.reason,
  matched_stop: matchedStop(choice.reason),
});

/** The body of an answer that is not streamed. */
export function openAiBody(
  place: AnswerPlace,
  api: 'chat' | 'completions',
  answer: { readonly texts: readonly string[]; readonly reason: string | null; readonly usage: UsageCounts },
): string {
  const { texts, reason, usage } = answer;
  const isChat = api === 'chat';
  const choices = texts.map((text, index) =>
    isChat
      ? {
          index,
          message: { role: 'assistant', content: text, reasoning_content: null },
          logprobs: null,
          finish_reason: reason,
          matched_stop: matchedStop(reason),
        }
      : completionChoice({ index, text, reason }),
  );
  return jsonAscii({
    ...start(place, isChat ? 'chat.completion' : 'text_completion'),
    choices,
    usage: usageObject(usage),
    metadata: { weight_version: 'default' },
  });
}
