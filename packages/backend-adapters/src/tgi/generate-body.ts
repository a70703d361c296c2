import type { DecodedResponse } from '@assay/loadgen';
import { isRecord, readErrorMessage, readTgiBody, type TgiBody } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { type Failure, isAbortReason, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { type CountedTokens, countTokensBy } from '../decoding/output-tokens.ts';
import { brokenBody, unreadableBody, type WholeAnswer } from '../decoding/whole-body.ts';
import { readComputeHeaders } from './compute-headers.ts';

/** What the body of `/generate` says, with counts and times in its headers; also for a refused stream, whose error is no stream. */
export function readTgiPlain(answer: WholeAnswer): DecodedResponse {
  const { text } = answer.body;
  const value = parseValue(text);
  const body = readTgiBody(value);
  const { promptTokens, generatedTokens, times } = readComputeHeaders(answer.headers);
  const counts = countTokens(generatedTokens, body);
  const { outputTokens } = counts;
  const failure = findFailure(answer, text, value) ?? checkBody(body, outputTokens);
  const hasUsage = (promptTokens ?? outputTokens) !== undefined && body !== undefined;
  return {
    ...NO_TIMES,
    ...outcomeOf(failure),
    ...counts,
    usage: hasUsage
      ? { promptTokens, completionTokens: outputTokens, cachedTokens: undefined, reasoningTokens: undefined }
      : undefined,
    finishReason: body?.details?.finishReason,
    ...(times === undefined ? {} : { serverTimes: times }),
  };
}

/** What each source says of the chosen answer: details, header, listed tokens. */
function countTokens(header: number | undefined, body: TgiBody | undefined): CountedTokens {
  if (body === undefined) return countTokensBy([]);
  const { generatedTokens, listedTokens } = body.details ?? {};
  return countTokensBy([
    ['usage', generatedTokens],
    ['server-timings', header],
    ['token-ids', listedTokens],
  ]);
}

function checkBody(body: TgiBody | undefined, tokens: number | undefined): Failure | undefined {
  if (body === undefined) return protocolFailure('STREAM_MALFORMED', 'the body has no generated_text');
  if (isAbortReason(body.details?.finishReason))
    return protocolFailure('SERVER_ABORTED', 'the server broke the answer off by its finish reason');
  if (tokens === 0 && body.hasText)
    return protocolFailure('USAGE_MISMATCH', 'the server counted 0 generated tokens, but there is text');
  const listed = body.details?.listedTokens;
  if (tokens === undefined || listed === undefined || tokens === listed) return undefined;
  return protocolFailure('USAGE_MISMATCH', `the server counted ${tokens} generated tokens and lists ${listed}`);
}

function findFailure(answer: WholeAnswer, text: string, value: unknown): Failure | undefined {
  const message = isRecord(value) ? readErrorMessage(value) : undefined;
  const broken = brokenBody(answer, () => message);
  if (broken !== undefined) return broken;
  if (value === undefined) return unreadableBody(text, 'JSON', answer.headers);
  return message === undefined ? undefined : protocolFailure('ERROR_BODY', message);
}

function parseValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined; // the caller reports what it got instead
  }
}
