import type { DecodedResponse, TokenCount } from '@assay/loadgen';
import type { WholeAnswer } from '../decoding/whole-body.ts';
import { readPlainBody } from '../openai/plain-body.ts';
import { readComputeHeaders } from './compute-headers.ts';

/**
 * What TGI's plain chat and completions answers say: OpenAI's body, and counts and times in the headers. Where their counts differ, the
 * header wins: after tools that no answer took, `usage` mixes two generations. The body's count stays beside it.
 */
export function readTgiOpenAiPlain(answer: WholeAnswer): DecodedResponse {
  const decoded = readPlainBody(answer);
  const { generatedTokens, times } = readComputeHeaders(answer.headers);
  const withTimes = times === undefined ? decoded : { ...decoded, serverTimes: times };
  if (generatedTokens === undefined || decoded.outcome !== 'ok') return withTimes;
  const inHeader: TokenCount = { source: 'server-timings', tokens: generatedTokens };
  const inBody = decoded.usage?.completionTokens;
  if (inBody === generatedTokens) return { ...withTimes, tokenCounts: [{ source: 'usage', tokens: inBody }, inHeader] };
  const counts = { outputTokens: inHeader.tokens, outputTokensSource: inHeader.source };
  if (inBody === undefined) return { ...withTimes, ...counts };
  return { ...withTimes, ...counts, tokenCounts: [inHeader, { source: 'usage', tokens: inBody }] };
}
