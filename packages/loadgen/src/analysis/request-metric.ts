import type { RequestRecord } from '@assay/contracts';

/** A figure that each request has at most once. */
export interface RequestMetric {
  readonly id: string;
  readonly unit: string;
  readonly from?: 'scheduled' | 'sent';
  /** Why there are no samples, when there are none. */
  readonly emptyReason: string;
  /** The request's value; `undefined` where it has none. */
  valueOf(record: RequestRecord): number | undefined;
}

const difference = (later: number | null, earlier: number | null): number | undefined =>
  later === null || earlier === null ? undefined : later - earlier;

const whenOk = (read: (record: RequestRecord) => number | undefined) => (record: RequestRecord): number | undefined =>
  record.outcome === 'ok' ? read(record) : undefined;

/** Latencies count from the scheduled time (what a user would have waited) and from the sending. */
function latencyPair(id: string, emptyReason: string, endOf: (record: RequestRecord) => number | null): readonly RequestMetric[] {
  return [
    { id, unit: 'ms', from: 'scheduled', emptyReason, valueOf: whenOk((record) => difference(endOf(record), record.scheduledMs)) },
    { id, unit: 'ms', from: 'sent', emptyReason, valueOf: whenOk((record) => difference(endOf(record), record.sentMs)) },
  ];
}

/** Mean time per output token after the first read: (last − first) / (n − tokens of the first read). */
export function timePerOutputToken(record: RequestRecord): number | undefined {
  const spanMs = difference(record.lastTokenMs, record.firstTokenMs);
  const { outputTokens, arrivals, contentEvents } = record;
  if (spanMs === undefined || outputTokens === null || contentEvents === 0) return undefined;
  const first = (arrivals[1] ?? 0) * (outputTokens / contentEvents);
  return outputTokens - first >= 1 ? spanMs / (outputTokens - first) : undefined;
}

/** Every figure of single requests; definitions and biases stand in docs/metrics.md. */
export const REQUEST_METRICS: readonly RequestMetric[] = [
  ...latencyPair('ttft_ms', 'NOT_STREAMED', (record) => record.firstTokenMs),
  ...latencyPair('e2e_latency_ms', 'NO_SUCCESSFUL_REQUESTS', (record) => record.endMs),
  { id: 'tpot_ms', unit: 'ms', emptyReason: 'NO_TOKEN_COUNTS', valueOf: whenOk(timePerOutputToken) },
  { id: 'send_lag_ms', unit: 'ms', emptyReason: 'NOTHING_SENT', valueOf: (record) => difference(record.sentMs, record.scheduledMs) },
  { id: 'connect_ms', unit: 'ms', emptyReason: 'NO_NEW_CONNECTIONS', valueOf: (record) => record.connectMs ?? undefined },
  { id: 'input_tokens', unit: 'tokens', emptyReason: 'NO_USAGE', valueOf: whenOk((record) => record.inputTokens ?? undefined) },
  { id: 'output_tokens', unit: 'tokens', emptyReason: 'NO_TOKEN_COUNTS', valueOf: whenOk((record) => record.outputTokens ?? undefined) },
];
