import { readLlamaCppTimings } from '../llama-cpp/timings.ts';
import { isRecord, type OpenAiChunk, type OpenAiEvent, readErrorMessage, readName, readUsage } from './openai-event.ts';
import { readChoice } from './read-choice.ts';

const EMPTY: OpenAiEvent = { kind: 'empty' };
const MALFORMED: OpenAiEvent = { kind: 'malformed' };

/** What parsed event data says. */
export function toEvent(value: unknown): OpenAiEvent {
  if (value === null) return EMPTY;
  if (!isRecord(value)) return MALFORMED;
  const message = readErrorMessage(value);
  if (message !== undefined) return { kind: 'error', message };
  return isWellTyped(value['choices']) ? toChunk(value) : MALFORMED;
}

/** Choices are a list of objects whose content is text, a list of parts, or nothing. */
function isWellTyped(choices: unknown): boolean {
  if (choices === undefined || choices === null) return true;
  if (!Array.isArray(choices)) return false;
  return choices.every((choice: unknown) => {
    if (!isRecord(choice)) return false;
    const content = isRecord(choice['delta']) ? choice['delta']['content'] : choice['text'];
    return typeof content !== 'number' && typeof content !== 'boolean';
  });
}

const NO_REASONS: readonly string[] = [];
const NO_CHOICES: readonly number[] = [];

/** Nearly every event speaks of one choice: read without the lists between. */
function toChunk(value: Readonly<Record<string, unknown>>): OpenAiChunk {
  const { choices } = value;
  if (!Array.isArray(choices) || choices.length !== 1 || !isRecord(choices[0])) return toManyChoices(value);
  const { index, hasAnswer, hasReasoning, toolPieces, finishReason, listedTokens } = readChoice(choices[0]);
  const choiceIndexes = [index];
  return {
    kind: 'chunk',
    hasContent: hasAnswer || hasReasoning,
    hasAnswer,
    toolPieces,
    finishReasons: finishReason === undefined ? NO_REASONS : [finishReason],
    finishedIndexes: finishReason === undefined ? NO_CHOICES : choiceIndexes,
    choiceIndexes,
    contentIndexes: hasAnswer || hasReasoning ? choiceIndexes : NO_CHOICES,
    usage: readUsage(value['usage']),
    timings: readLlamaCppTimings(value['timings']),
    model: readName(value['model']),
    fingerprint: readName(value['system_fingerprint']),
    listedTokens,
  };
}

function toManyChoices(value: Readonly<Record<string, unknown>>): OpenAiChunk {
  const choices = (Array.isArray(value['choices']) ? value['choices'] : []).filter(isRecord).map(readChoice);
  const listed = choices.map(({ listedTokens }) => listedTokens).filter((tokens) => tokens !== undefined);
  return {
    kind: 'chunk',
    hasContent: choices.some(({ hasAnswer, hasReasoning }) => hasAnswer || hasReasoning),
    hasAnswer: choices.some(({ hasAnswer }) => hasAnswer),
    toolPieces: choices.flatMap(({ toolPieces }) => toolPieces),
    finishReasons: choices.flatMap(({ finishReason }) => finishReason ?? []),
    finishedIndexes: choices.flatMap(({ index, finishReason }) => (finishReason === undefined ? [] : index)),
    choiceIndexes: choices.map(({ index }) => index),
    contentIndexes: choices.flatMap(({ index, hasAnswer, hasReasoning }) => (hasAnswer || hasReasoning ? index : [])),
    usage: readUsage(value['usage']),
    timings: readLlamaCppTimings(value['timings']),
    model: readName(value['model']),
    fingerprint: readName(value['system_fingerprint']),
    listedTokens: listed.length === 0 ? undefined : listed.reduce((sum, tokens) => sum + tokens, 0),
  };
}
