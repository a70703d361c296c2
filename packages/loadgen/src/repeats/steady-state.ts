import type { RequestRecord, SteadyStateFinding } from '@assay/contracts';
import { momentsOf, steadyStateOf } from '@assay/stats';

interface Answer {
  readonly dueMs: number;
  readonly latencyMs: number;
}

/**
 * Where a run became steady: MSER-5 on the latency of its ok requests in the order of their due times, time to first token where answers
 * were streamed, else the whole request. It says where the warm-up ends; no figure is cut by it.
 */
export async function findSteadyState(
  records: AsyncIterable<RequestRecord> | Iterable<RequestRecord>,
): Promise<SteadyStateFinding> {
  const first: Answer[] = [];
  const whole: Answer[] = [];
  let firstDueMs = Number.POSITIVE_INFINITY;
  for await (const { phase, outcome, scheduledMs, firstTokenMs, endMs } of records) {
    if (phase === 'warmup') continue;
    firstDueMs = Math.min(firstDueMs, scheduledMs);
    if (outcome !== 'ok') continue;
    if (firstTokenMs !== null) first.push({ dueMs: scheduledMs, latencyMs: firstTokenMs - scheduledMs });
    if (endMs !== null) whole.push({ dueMs: scheduledMs, latencyMs: endMs - scheduledMs });
  }
  const metric = first.length > 0 ? 'ttft_ms' : 'e2e_latency_ms';
  const answers = (first.length > 0 ? first : whole).sort((a, b) => a.dueMs - b.dueMs);
  const latenciesMs = answers.map(({ latencyMs }) => latencyMs);
  const meanMs = momentsOf(latenciesMs)?.mean ?? null;
  const found = steadyStateOf(latenciesMs);
  if (found === undefined) {
    return { state: 'too-short', metric, warmupMs: null, warmupRequests: null, meanMs, steadyMeanMs: null };
  }
  if (!found.isSteady) {
    return { state: 'not-steady', metric, warmupMs: null, warmupRequests: null, meanMs, steadyMeanMs: null };
  }
  const { warmupLength } = found;
  const steadyFromMs = answers[warmupLength]?.dueMs ?? firstDueMs;
  return {
    state: 'steady',
    metric,
    warmupMs: warmupLength === 0 ? 0 : steadyFromMs - firstDueMs,
    warmupRequests: warmupLength,
    meanMs,
    steadyMeanMs: momentsOf(latenciesMs.slice(warmupLength))?.mean ?? null,
  };
}
