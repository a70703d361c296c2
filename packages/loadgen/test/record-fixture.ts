import type { RequestRecord, RunDocument } from '@assay/contracts';

/** A good request: due at 0, sent at 1, first token at 51, four tokens 10 ms apart, ended at 82. */
export function okRecord(overrides: Partial<RequestRecord> = {}): RequestRecord {
  return {
    index: 0,
    phase: 'measure',
    scheduledMs: 0,
    sentMs: 1,
    connectMs: null,
    headersMs: 50,
    firstTokenMs: 51,
    firstAnswerMs: 51,
    lastTokenMs: 81,
    endMs: 82,
    outcome: 'ok',
    code: null,
    message: null,
    httpStatus: 200,
    finishReason: 'stop',
    inputTokensRequested: 10,
    inputTokens: 10,
    inputTokensSource: 'token-ids',
    cachedTokens: null,
    outputTokensRequested: 4,
    outputTokens: 4,
    outputTokensSource: 'usage',
    contentEvents: 4,
    arrivals: [0, 1, 10_000, 1, 10_000, 1, 10_000, 1],
    arrivalsUnit: 'tokens',
    ...overrides,
  };
}

/** The same request shifted in time. */
export function okRecordAt(index: number, atMs: number, overrides: Partial<RequestRecord> = {}): RequestRecord {
  const times = { scheduledMs: atMs, sentMs: atMs + 1, headersMs: atMs + 50, firstTokenMs: atMs + 51 };
  return okRecord({
    index,
    ...times,
    firstAnswerMs: atMs + 51,
    lastTokenMs: atMs + 81,
    endMs: atMs + 82,
    ...overrides,
  });
}

/** A request that never got an answer. */
export function failedRecord(
  outcome: RequestRecord['outcome'],
  code: string,
  overrides: Partial<RequestRecord> = {},
): RequestRecord {
  return okRecord({
    outcome,
    code,
    headersMs: null,
    firstTokenMs: null,
    firstAnswerMs: null,
    lastTokenMs: null,
    inputTokens: null,
    outputTokens: null,
    outputTokensSource: 'unavailable',
    contentEvents: 0,
    arrivals: [],
    ...overrides,
  });
}

/** A finished run document with a window of one second. */
export function runDocument(
  config: Partial<RunDocument['config']> = {},
  overrides: Partial<RunDocument> = {},
): RunDocument {
  const wall = '2026-01-01T00:00:00.000Z';
  return {
    schema: 'assay/run/v1',
    recordSchema: 'assay/request-record/v1',
    name: 'fixture',
    startedAt: wall,
    clock: { monotonicNs: '0', wall },
    versions: { assay: '0.1.0', node: 'v26.0.0', platform: 'linux x64' },
    config: {
      name: 'fixture',
      target: 'http://127.0.0.1:1',
      simulate: false,
      backend: 'openai',
      model: null,
      api: 'chat',
      stream: true,
      requests: 10,
      durationMs: null,
      warmupMs: 0,
      warmupRequests: 0,
      load: { kind: 'constant', ratePerSecond: 10 },
      maxInFlight: null,
      dataset: { kind: 'trace' },
      seed: 0,
      timeouts: { connectMs: 1, firstTokenMs: 1, stallMs: 1, totalMs: 1 },
      drainMs: 0,
      transport: 'net',
      tls: { caFile: null, isVerified: true },
      headers: {},
      auth: null,
      slo: [],
      verifyStream: false,
      ...config,
    },
    origins: {},
    seed: 0,
    schedule: { offered: 10, measureFromMs: 0 },
    capabilities: {},
    window: { startMs: 0, endMs: 1000 },
    clientHealth: {
      eventLoopDelayP99Ms: 0.1,
      cpuRatio: 0.1,
      lateDispatchRatio: 0,
      sendLagP99Ms: 0.1,
      maxRssMiB: 80,
      findings: [],
    },
    status: 'finished',
    connections: { opened: 1, reused: 9, failed: 0 },
    ...overrides,
  };
}
