import type { ResultsDocument } from '@assay/contracts';

/** A small results document with a figure of each state. */
export function syntheticResults(): ResultsDocument {
  return {
    schema: 'assay/results/v1',
    run: {
      name: 'standard',
      startedAt: '2026-01-01T12:00:00.000Z',
      target: 'http://127.0.0.1:8000',
      model: 'demo',
      backend: 'vllm',
      api: 'chat',
      status: 'finished',
    },
    window: { startMs: 2000, endMs: 25_000 },
    outcomes: { offered: 1000, ok: 984, http: 6, timeout: 2, network: 3, protocol: 4, aborted: 0, dropped: 1 },
    outcomeCodes: { HTTP_429: 6, TIMEOUT_TOTAL: 2, SOCKET_RESET: 3, STREAM_TRUNCATED: 4, DROPPED_LIMIT: 1 },
    metrics: [
      {
        id: 'ttft_ms',
        statistic: 'p50',
        unit: 'ms',
        state: 'measured',
        value: 48.3123,
        samples: 984,
        interval: { low: 46.87, high: 49.77, level: 0.95, method: 'order-statistic' },
        source: 'client',
        from: 'scheduled',
        clientErrorMs: 0.2134,
      },
      {
        id: 'itl_ms',
        statistic: 'p99',
        unit: 'ms',
        state: 'measured',
        value: 12.25,
        samples: 94_000,
        interval: { low: 12.2, high: 12.3, level: 0.95, method: 'order-statistic' },
        source: 'client',
        clientErrorMs: 1.5,
      },
      {
        id: 'ttft_ms',
        statistic: 'p99.9',
        unit: 'ms',
        state: 'unavailable',
        reason: 'TOO_FEW_SAMPLES',
        samples: 984,
        from: 'scheduled',
      },
      {
        id: 'error_ratio',
        statistic: 'ratio',
        unit: 'ratio',
        state: 'measured',
        value: 0.016,
        samples: 1000,
        source: 'client',
      },
    ],
    validity: {
      verdict: 'limited',
      findings: [{ code: 'LATE_DISPATCH', severity: 'limits', message: '<b>1.4 %</b> of the requests left late' }],
    },
    slo: [{ objective: 'ttft_ms.p99.9<500', verdict: 'unknown', value: null, reason: 'TOO_FEW_SAMPLES' }],
  };
}
