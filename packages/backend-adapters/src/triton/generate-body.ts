import type { DecodedResponse } from '@assay/loadgen';
import { parseTritonEvent, readKserveError, type TritonEvent } from '@assay/wire';
import { NO_TIMES } from '../decoding/answer-summary.ts';
import { parseObject } from '../decoding/body-text.ts';
import { type Failure, outcomeOf, protocolFailure } from '../decoding/failure.ts';
import { brokenBody, unreadableBody, type WholeAnswer } from '../decoding/whole-body.ts';
import { AnswerLedger } from './answer-ledger.ts';

/** What an answer of `generate` says, which is one response; also for a refused stream. */
export function readTritonBody(answer: WholeAnswer): DecodedResponse {
  const ledger = new AnswerLedger();
  const broken = brokenBody(answer, readErrorText);
  const event = broken === undefined ? parseBody(answer.body.bytes) : undefined;
  if (event?.kind === 'response') ledger.add(event);
  return {
    ...outcomeOf(broken ?? findFailure(event, answer, ledger)),
    ...NO_TIMES,
    ...ledger.totals({ mayCountEvents: false, usageName: 'usage' }),
  };
}

/** The message of an error body. Triton answers 400 with a body of server-sent events when a model fails before its first response. */
function readErrorText(body: string): string | undefined {
  const value = parseObject(body.replace(/^\s*data:/, ''));
  return value === undefined ? undefined : readKserveError(value);
}

const parseBody = (bytes: Uint8Array): TritonEvent => parseTritonEvent(bytes, 0, bytes.length);

function findFailure(
  event: TritonEvent | undefined,
  { body, headers }: WholeAnswer,
  ledger: AnswerLedger,
): Failure | undefined {
  if (event?.kind === 'error') return protocolFailure('ERROR_BODY', event.message);
  if (event?.kind !== 'response') return unreadableBody(body.text, 'a response of the generate extension', headers);
  if (ledger.isWithoutOutput) return protocolFailure('STREAM_EMPTY', 'the response has no output');
  if (ledger.isAborted) return protocolFailure('SERVER_ABORTED', `the model ended with ${ledger.finishReason}`);
  if (ledger.isUnfinished) return protocolFailure('STREAM_TRUNCATED', 'the answer has no finish reason');
  if (event.hasContent && ledger.countedTokens === 0)
    return protocolFailure('USAGE_MISMATCH', 'num_output_tokens says 0, but there is content');
  return undefined;
}
