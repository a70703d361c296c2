import type { RequestRecord, RunDocument } from '@assay/contracts';

/** A record as a healthy server would make it: queueing that grows and falls, some faults, a stall, drops. */
export function syntheticRecords(count: number, seed = 1): RequestRecord[] {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const records: RequestRecord[] = [];
  let scheduledMs = 2000;
  for (let index = 0; index < count; index++) {
    scheduledMs += -Math.log(uniform()) * 20;
    records.push(syntheticRecord(index, scheduledMs, count, uniform, normal));
  }
  return records;
}

const FAULTS = [
  ['http', 'HTTP_429'],
  ['protocol', 'STREAM_ERROR_EVENT'],
  ['protocol', 'STREAM_TRUNCATED'],
  ['timeout', 'TIMEOUT_FIRST_TOKEN'],
  ['network', 'SOCKET_RESET'],
  ['dropped', 'DROPPED_LIMIT'],
] as const;

function syntheticRecord(
  index: number,
  dueMs: number,
  count: number,
  uniform: () => number,
  normal: () => number,
): RequestRecord {
  const us = (ms: number): number => Math.round(ms * 1000) / 1000;
  const fault = uniform() < 0.02 ? FAULTS[Math.floor(uniform() * FAULTS.length)] : undefined;
  const lagMs = 0.05 + Math.abs(normal()) * 0.2;
  const pressure = Math.max(0, Math.sin((index / count) * Math.PI * 3));
  const ttftMs = 42 * Math.exp(0.22 * normal()) + 110 * pressure ** 4 * uniform();
  const tokens = Math.max(2, Math.round(96 * Math.exp(0.5 * normal())));
  const arrivals = [0, 1];
  let spanUs = 0;
  for (let token = 1; token < tokens; ) {
    const inRead = Math.min(uniform() < 0.12 ? 2 : 1, tokens - token);
    const gapUs = Math.round(Math.max(900, 11_000 + 2500 * normal() + (uniform() < 0.01 ? 40_000 : 0)) * inRead);
    arrivals.push(gapUs, inRead);
    spanUs += gapUs;
    token += inRead;
  }
  const sentMs = us(dueMs + lagMs);
  const firstMs = us(sentMs + ttftMs);
  const lastMs = us(firstMs + spanUs / 1000);
  const isSent = fault?.[0] !== 'dropped';
  const hasTokens = fault === undefined;
  return {
    index,
    phase: 'measure',
    scheduledMs: us(dueMs),
    sentMs: isSent ? sentMs : null,
    connectMs: index % 40 === 0 && isSent ? us(0.2 + uniform()) : null,
    headersMs: hasTokens ? us(firstMs - 1.5) : null,
    firstTokenMs: hasTokens ? firstMs : null,
    firstAnswerMs: hasTokens ? firstMs : null,
    lastTokenMs: hasTokens ? lastMs : null,
    endMs: isSent ? us(hasTokens ? lastMs + 0.4 : sentMs + ttftMs * 4) : null,
    outcome: fault?.[0] ?? 'ok',
    code: fault?.[1] ?? null,
    message: fault === undefined ? null : `synthetic </script><script>alert(1)</script> ${fault[1]}`,
    httpStatus: isSent ? (fault?.[1] === 'HTTP_429' ? 429 : 200) : null,
    finishReason: hasTokens ? 'stop' : null,
    inputTokensRequested: 512,
    inputTokens: hasTokens ? 512 : null,
    inputTokensSource: 'token-ids',
    cachedTokens: null,
    outputTokensRequested: 128,
    outputTokens: hasTokens ? tokens : null,
    outputTokensSource: hasTokens ? 'usage' : 'unavailable',
    contentEvents: arrivals.length / 2,
    arrivals: hasTokens ? arrivals : [],
    arrivalsUnit: 'tokens',
  };
}

/** The run document that goes with {@link syntheticRecords}. */
export function syntheticRun(overrides: Partial<RunDocument['config']> = {}): RunDocument {
  const wall = '2026-01-01T12:00:00.000Z';
  return {
    schema: 'assay/run/v1',
    recordSchema: 'assay/request-record/v1',
    name: 'standard',
    startedAt: wall,
    clock: { monotonicNs: '1000000000', wall },
    versions: { assay: '0.1.0', node: 'v26.0.0', platform: 'linux x64' },
    config: {
      name: 'standard',
      target: 'http://127.0.0.1:8000',
      simulate: false,
      backend: 'vllm',
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      api: 'chat',
      stream: true,
      requests: 1000,
      durationMs: null,
      warmupMs: 2000,
      warmupRequests: 0,
      load: { kind: 'poisson', ratePerSecond: 50 },
      maxInFlight: null,
      dataset: {
        kind: 'synthetic',
        inputTokens: { kind: 'fixed', value: 512 },
        outputTokens: { kind: 'lognormal', median: 96, sigma: 0.5, min: 2, max: 512 },
        sharedPrefixTokens: 0,
        sharedPrefixCount: 0,
      },
      seed: 0,
      timeouts: { connectMs: 5000, firstTokenMs: 30_000, stallMs: 30_000, totalMs: 60_000 },
      drainMs: 10_000,
      transport: 'net',
      tls: { caFile: null, isVerified: true },
      headers: {},
      auth: null,
      slo: ['ttft_ms.p99<250', 'e2e_latency_ms.p95<2000', 'itl_ms.p99.9<40', 'error_ratio<0.01'],
      verifyStream: false,
      ...overrides,
    },
    origins: { target: 'flag', requests: 'flag', load: 'flag', slo: 'profile', seed: 'default' },
    seed: 0,
    schedule: { offered: 1000, measureFromMs: 2000 },
    capabilities: {},
    window: null,
    clientHealth: {
      eventLoopDelayP99Ms: 1.2,
      cpuRatio: 0.31,
      lateDispatchRatio: 0.014,
      sendLagP99Ms: 0.6,
      maxRssMiB: 122,
      findings: [
        {
          code: 'LATE_DISPATCH',
          severity: 'limits',
          message:
            '1.4 % of the requests left more than 1.0 ms late (p99 1.60 ms); latency from the scheduled time includes it',
        },
      ],
    },
    status: 'finished',
    connections: { opened: 25, reused: 970, failed: 0 },
  };
}
