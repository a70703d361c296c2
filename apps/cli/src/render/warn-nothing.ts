import type { ResultsDocument } from '@assay/contracts';
import type { Message } from './message-line.ts';

const HINTS: readonly (readonly [code: RegExp, hint: string])[] = [
  [/^HTTP_3/, 'the generation route redirects, and redirects are not followed; a login page needs --api-key-env NAME'],
  [/^HTTP_40[13]$/, 'the server wants a key for these requests: --api-key-env NAME'],
  [/^HTTP_404$/, 'the server lacks this interface: another --api or --backend'],
  [/^HTTP_4/, 'the server refuses these requests: messages are in requests.jsonl'],
  [/^HTTP_5/, 'the server fails on these requests: look into its log'],
  [/^(CONNECT|SOCKET)_/, 'the server went away after the preflight'],
  [/^TIMEOUT_/, 'a longer --timeout, or less load'],
  [/^DROPPED_/, 'the load is more than this client may have open: --max-in-flight'],
  [/^STREAM_|^ERROR_BODY/, 'answers are not what --backend and --api say: messages are in requests.jsonl'],
];

/** A loud word for stderr when nothing succeeded; `undefined` otherwise. */
export function warnNothing({ outcomes, outcomeCodes }: ResultsDocument): Message | undefined {
  if (outcomes.ok > 0 || outcomes.offered === 0) return undefined;
  const [most] = Object.entries(outcomeCodes).sort(([, a], [, b]) => b - a);
  const code = most?.[0] ?? '';
  const hint = HINTS.find(([pattern]) => pattern.test(code))?.[1] ?? 'messages are in requests.jsonl';
  const why = most === undefined ? '' : `, most often ${code} (${most[1]})`;
  const message = `none of ${outcomes.offered} requests succeeded${why}`;
  return { kind: 'warning', code: 'NOTHING_MEASURED', message, hint };
}
