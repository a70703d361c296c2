import type { DecodedResponse } from '@assay/loadgen';
import { isRecord, readChoice, readLlamaCppTimings, readName, readUsage } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { type Failure, isAbortReason, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { HIDDEN_TOKENS, listedMismatch } from '../decoding/listed-tokens.ts';
import { countTokensBy } from '../decoding/output-tokens.ts';
import { toServerTimes } from '../decoding/server-times.ts';
import { readJsonBody, type WholeAnswer } from '../decoding/whole-body.ts';

/**
 * What a whole body of the chat and completions interfaces says; also for a refused stream, whose error is no stream.
 * `maxOutputTokens`: what the request allowed; usage beyond it that the body has no room for is wrong.
 */
export function readPlainBody(answer: WholeAnswer, maxOutputTokens?: number): DecodedResponse {
  const body = readJsonBody(answer);
  const { text, value } = body;
  const failure = body.failure ?? checkChoices(body.value, text.length, maxOutputTokens);
  const usage = value === undefined ? undefined : readUsage(value['usage']);
  const choices = (Array.isArray(value?.['choices']) ? value['choices'] : []).filter(isRecord).map(readChoice);
  const listed = choices.every(({ listedTokens }) => listedTokens !== undefined)
    ? choices.reduce((sum, choice) => sum + (choice.listedTokens ?? 0), 0)
    : undefined;
  const timings = readLlamaCppTimings(value?.['timings']);
  return {
    ...NO_TIMES,
    ...outcomeOf(failure),
    ...countTokensBy([
      ['usage', usage?.completionTokens],
      ['server-timings', timings?.predictedTokens],
      ['token-ids', choices.length > 0 ? listed : undefined],
    ]),
    usage,
    finishReason:
      [...choices]
        .sort((a, b) => a.index - b.index)
        .flatMap(({ finishReason }) => finishReason ?? [])
        .join(',') || undefined,
    answeredModel: readName(value?.['model']),
    systemFingerprint: readName(value?.['system_fingerprint']),
    ...(timings === undefined ? {} : { serverTimes: toServerTimes(timings) }),
  };
}

function checkChoices(
  value: Readonly<Record<string, unknown>>,
  characters: number,
  maxOutputTokens: number | undefined,
): Failure | undefined {
  if (!Array.isArray(value['choices']) || value['choices'].length === 0)
    return protocolFailure('STREAM_MALFORMED', 'the body has no choices');
  const choices = value['choices'].filter(isRecord).map(readChoice);
  if (choices.some(({ finishReason }) => isAbortReason(finishReason)))
    return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
  // A stream says null while a choice goes on; of a whole answer that is no end.
  if (choices.some(({ finishReason }) => finishReason === undefined))
    return protocolFailure('STREAM_TRUNCATED', 'a choice of the whole answer has no finish reason: it did not finish');
  const { completionTokens, promptTokens } = readUsage(value['usage']) ?? {};
  if (completionTokens === 0 && choices.some(({ hasAnswer, hasReasoning }) => hasAnswer || hasReasoning)) {
    return protocolFailure('USAGE_MISMATCH', 'usage says 0 completion tokens, but there is content');
  }
  // Every token is at least a character of the body, nearly: far more tokens than that were never there.
  const isBeyond = maxOutputTokens !== undefined && (completionTokens ?? 0) > Math.max(maxOutputTokens, characters);
  if (isBeyond) {
    return protocolFailure(
      'USAGE_MISMATCH',
      `usage says ${completionTokens} completion tokens, but the request allowed ${maxOutputTokens}`,
    );
  }
  const [only] = choices;
  if (choices.length > 1 || only === undefined || only.toolPieces.length > 0) return undefined;
  return listedMismatch(
    'usage',
    { reported: completionTokens, listed: only.listedTokens, promptTokens },
    HIDDEN_TOKENS,
  );
}
