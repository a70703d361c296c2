import { jsonAscii, type UsageCounts } from '../../api/event-text.ts';
import { detokenize, tokenize } from '../../tokenizer.ts';
import { generationSettings } from './generation-settings.ts';
import type { LlamaCppRequest } from './llama-cpp-request.ts';

const FINGERPRINT = 'assay-sim-1';

/** What all events and the body of an answer have in common. */
export interface AnswerPlace {
  readonly id: string;
  readonly createdSeconds: number;
  readonly request: LlamaCppRequest;
}

/** A part of an answer; the keys stand in the order of the real server. */
export interface AnswerPart {
  readonly choices: readonly unknown[];
  readonly usage?: UsageCounts | undefined;
  readonly timings?: Readonly<Record<string, number>> | undefined;
  /** How far the prompt is; before the first token. */
  readonly progress?: Json | undefined;
}

type Json = Readonly<Record<string, unknown>>;

const usageObject = ({ promptTokens, completionTokens, cachedTokens }: UsageCounts): Json => ({
  completion_tokens: completionTokens,
  prompt_tokens: promptTokens,
  total_tokens: promptTokens + completionTokens,
  prompt_tokens_details: { cached_tokens: cachedTokens },
});

/** An event of a chat stream. */
export function chatEvent(
  { id, createdSeconds, request }: AnswerPlace,
  { choices, usage, timings, progress }: AnswerPart,
): string {
  return toEvent({
    choices,
    created: createdSeconds,
    id: `chatcmpl-${id}`,
    model: request.model,
    system_fingerprint: FINGERPRINT,
    object: 'chat.completion.chunk',
    ...(usage === undefined ? {} : { usage: usageObject(usage) }),
    ...(timings === undefined ? {} : { timings }),
    ...(progress === undefined ? {} : { prompt_progress: progress }),
  });
}

export const chatChoice = (index: number, delta: Json, finishReason: string | null): Json => ({
  finish_reason: finishReason,
  index,
  delta,
});

/** An event of a completions stream; its id begins as that of a chat does. */
export function completionEvent(place: AnswerPlace, part: AnswerPart): string {
  return toEvent(completionObject(place, part));
}

export const completionChoice = (index: number, text: string, finishReason: string | null): Json => ({
  text,
  index,
  logprobs: null,
  finish_reason: finishReason,
});

function completionObject({ id, createdSeconds, request }: AnswerPlace, part: AnswerPart): Json {
  const { choices, usage, timings, progress } = part;
  return {
    choices,
    created: createdSeconds,
    model: request.model,
    system_fingerprint: FINGERPRINT,
    object: 'text_completion',
    ...(usage === undefined ? {} : { usage: usageObject(usage) }),
    id: `chatcmpl-${id}`,
    ...(timings === undefined ? {} : { timings }),
    ...(progress === undefined ? {} : { prompt_progress: progress }),
  };
}

/** The body of a completions answer. */
export const completionBody = (place: AnswerPlace, part: AnswerPart): string =>
  jsonAscii(completionObject(place, part));

/** The body of a chat answer. */
export function chatBody(
  { id, createdSeconds, request }: AnswerPlace,
  { choices, usage, timings }: AnswerPart,
): string {
  return jsonAscii({
    choices,
    created: createdSeconds,
    model: request.model,
    system_fingerprint: FINGERPRINT,
    object: 'chat.completion',
    ...(usage === undefined ? {} : { usage: usageObject(usage) }),
    id: `chatcmpl-${id}`,
    timings,
  });
}

/** One answer of the native interface so far, or as a whole. */
export interface NativePart {
  readonly index: number;
  readonly content: string;
  readonly predictedTokens: number;
  readonly promptTokens: ArrayLike<number>;
}

/** What a native event says beside its text, each only where it is asked for. */
export interface NativeMore {
  readonly timings?: Json | undefined;
  readonly progress?: Json | undefined;
  readonly probabilities?: readonly Json[] | undefined;
}

/** A native event that goes on. `tokens` names the last token alone. */
export function nativeEvent(part: NativePart, { timings, progress, probabilities }: NativeMore): string {
  const { index, content, predictedTokens, promptTokens } = part;
  return toEvent({
    index,
    content,
    tokens: tokenize(content).slice(-1),
    stop: false,
    id_slot: -1,
    tokens_predicted: predictedTokens,
    tokens_evaluated: promptTokens.length,
    ...(timings === undefined ? {} : { timings }),
    ...(progress === undefined ? {} : { prompt_progress: progress }),
    ...(probabilities === undefined ? {} : { completion_probabilities: probabilities }),
  });
}

/** How a native answer ended. */
export interface NativeEnd {
  readonly stopType: string;
  readonly timings: Json;
}

/** The last native event, or a native body. */
export function nativeEnd(part: NativePart, end: NativeEnd, request: LlamaCppRequest): Json {
  const { index, content, predictedTokens, promptTokens } = part;
  return {
    index,
    content,
    tokens: [],
    id_slot: index,
    stop: true,
    model: request.model,
    tokens_predicted: predictedTokens,
    tokens_evaluated: promptTokens.length,
    generation_settings: generationSettings(request),
    prompt: detokenize(Array.from(promptTokens)),
    has_new_line: false,
    truncated: false,
    stop_type: end.stopType,
    stopping_word: '',
    tokens_cached: promptTokens.length + Math.max(0, predictedTokens - 1),
    timings: end.timings,
  };
}

export const DONE_EVENT = 'data: [DONE]\n\n';

export const toEvent = (value: unknown): string => `data: ${jsonAscii(value)}\n\n`;
