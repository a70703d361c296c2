import type { RequestRecord } from '@assay/contracts';
import { createRandom } from '@assay/timebase';

/** What ends otherwise than ok, and how often. */
const FAULTS = [
  { share: 0.01, outcome: 'http', code: 'HTTP_429', httpStatus: 429 },
  { share: 0.004, outcome: 'protocol', code: 'STREAM_TRUNCATED', httpStatus: 200 },
  { share: 0.002, outcome: 'timeout', code: 'TIMEOUT_FIRST_TOKEN', httpStatus: null },
  { share: 0.003, outcome: 'dropped', code: 'DROPPED_LIMIT', httpStatus: null },
] as const;
const RATE_PER_SECOND = 500;
const WARMUP_SHARE = 0.01;
const TURNS = 4;

export const windowOf = (count: number): { readonly startMs: number; readonly endMs: number } => ({
  startMs: Math.round((WARMUP_SHARE * count * 1000) / RATE_PER_SECOND),
  endMs: Math.round((count * 1000) / RATE_PER_SECOND),
});

/** Records as a run of many requests leaves them: load that swings, conversations, faults, answers of a few reads. */
export function* syntheticRecords(count: number): Generator<RequestRecord, void, undefined> {
  const random = createRandom(7).stream('export');
  const warmup = Math.floor(WARMUP_SHARE * count);
  let drawn = 0;
  const uniform = (): number => random.uniformAt(drawn++);
  for (let position = 0; position < count; position++) {
    const index = position < warmup ? position : position - warmup;
    const scheduledMs = (position * 1000) / RATE_PER_SECOND;
    const base = { index, phase: position < warmup ? 'warmup' : 'measure', scheduledMs } as const;
    yield toRecord(base, position, uniform);
  }
}

const us = (ms: number): number => Math.round(ms * 1000) / 1000;

function toRecord(
  { index, phase, scheduledMs }: Pick<RequestRecord, 'index' | 'phase' | 'scheduledMs'>,
  position: number,
  uniform: () => number,
): RequestRecord {
  const fault = faultOf(uniform());
  const isOk = fault === undefined;
  const sentMs = fault?.outcome === 'dropped' ? null : us(scheduledMs + 0.01 + 0.2 * uniform() ** 4);
  const turn = position % TURNS;
  const pressure = 1 + 0.6 * Math.sin(scheduledMs / 40_000);
  const firstTokenMs = isOk ? us((sentMs ?? scheduledMs) + (30 + 90 * uniform() ** 2) * pressure) : null;
  const arrivals = isOk ? arrivalsOf(uniform) : [];
  let spanUs = 0;
  let tokens = 0;
  for (let at = 0; at < arrivals.length; at += 2) {
    spanUs += arrivals[at] ?? 0;
    tokens += arrivals[at + 1] ?? 0;
  }
  const lastTokenMs = firstTokenMs === null ? null : us(firstTokenMs + spanUs / 1000);
  const hasSession = position % 3 === 0;
  return {
    index,
    phase,
    scheduledMs,
    sentMs,
    connectMs: uniform() < 0.02 && sentMs !== null ? us(0.1 + uniform()) : null,
    headersMs: firstTokenMs === null ? null : us(firstTokenMs - 0.5),
    firstTokenMs,
    firstAnswerMs: firstTokenMs,
    lastTokenMs,
    endMs: sentMs === null ? null : us((lastTokenMs ?? sentMs + 200) + 0.2),
    outcome: fault?.outcome ?? 'ok',
    code: fault?.code ?? null,
    message: isOk ? null : `synthetic ${fault.code}, "quoted" and ünïcode`,
    httpStatus: isOk ? 200 : fault.httpStatus,
    finishReason: isOk ? 'length' : null,
    inputTokensRequested: 256 * (1 + turn),
    inputTokens: isOk ? 256 * (1 + turn) : null,
    inputTokensSource: 'token-ids',
    cachedTokens: isOk ? 256 * turn : null,
    outputTokensRequested: 16,
    outputTokens: isOk ? tokens : null,
    outputTokensSource: isOk ? 'usage' : 'unavailable',
    contentEvents: arrivals.length / 2,
    arrivals,
    arrivalsUnit: 'tokens',
    ...(hasSession ? { session: { session: Math.floor(position / (3 * TURNS)), turn } } : {}),
  };
}

/** One to eight reads, some with two tokens. */
function arrivalsOf(uniform: () => number): number[] {
  const arrivals = [0, 1];
  const reads = 1 + Math.floor(8 * uniform());
  for (let read = 1; read < reads; read++) {
    const tokens = uniform() < 0.1 ? 2 : 1;
    arrivals.push(Math.round((6000 + 8000 * uniform()) * tokens), tokens);
  }
  return arrivals;
}

function faultOf(draw: number): (typeof FAULTS)[number] | undefined {
  let below = 0;
  for (const fault of FAULTS) {
    below += fault.share;
    if (draw < below) return fault;
  }
  return undefined;
}
