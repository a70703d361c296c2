import { expect, test } from 'vitest';
import type { PriceFile, RequestRecord, ResultsDocument, RunConfig, RunDocument, Slo } from './generated/documents.ts';
import { type SchemaName, schemas } from './generated/schemas.ts';
import { formatIssues } from './issue.ts';
import { OUTCOME_CODES } from './outcome.ts';
import { validate } from './validate.ts';

const CONFIG: RunConfig = {
  name: 'standard',
  target: 'http://127.0.0.1:8000',
  simulate: false,
  backend: 'openai',
  model: null,
  api: 'chat',
  stream: true,
  requests: 100,
  durationMs: null,
  warmupMs: 0,
  warmupRequests: 0,
  load: { kind: 'gamma', ratePerSecond: 10, shape: 2 },
  maxInFlight: null,
  dataset: {
    kind: 'synthetic',
    inputTokens: { kind: 'fixed', value: 512 },
    outputTokens: { kind: 'lognormal', median: 128, sigma: 0.5, min: 1, max: 1000 },
    sharedPrefixTokens: 0,
    sharedPrefixCount: 1,
  },
  seed: 0,
  timeouts: { connectMs: 5000, firstTokenMs: 60_000, stallMs: 60_000, totalMs: 60_000 },
  drainMs: 60_000,
  transport: 'net',
  tls: { caFile: null, isVerified: true },
  headers: {},
  auth: { fromEnv: 'API_KEY' },
  slo: ['ttft_ms.p99<500'],
  verifyStream: false,
};

const RECORD: RequestRecord = {
  index: 0,
  phase: 'measure',
  scheduledMs: 0,
  sentMs: 0.012,
  connectMs: null,
  headersMs: 5.1,
  firstTokenMs: 6,
  firstAnswerMs: 6,
  lastTokenMs: 9,
  endMs: 9.5,
  outcome: 'ok',
  code: null,
  message: null,
  httpStatus: 200,
  finishReason: 'stop',
  inputTokensRequested: 10,
  inputTokens: 10,
  inputTokensSource: 'approximate',
  cachedTokens: null,
  outputTokensRequested: 4,
  outputTokens: 4,
  outputTokensSource: 'usage',
  contentEvents: 4,
  arrivals: [0, 1, 1000, 1, 1000, 2],
  arrivalsUnit: 'events',
};

// The example of the run format: a measured figure, an unavailable one, a finding.
const RESULTS: ResultsDocument = {
  schema: 'assay/results/v1',
  run: {
    name: 'x',
    startedAt: '2026-01-01T00:00:00Z',
    target: null,
    model: 'm',
    backend: 'openai',
    api: 'chat',
    status: 'finished',
  },
  window: { startMs: 0, endMs: 1000 },
  outcomes: { offered: 200, ok: 197, http: 1, timeout: 0, network: 0, protocol: 2, aborted: 0, dropped: 0 },
  outcomeCodes: { STREAM_ERROR_EVENT: 1, STREAM_TRUNCATED: 1, HTTP_429: 1 },
  metrics: [
    {
      id: 'ttft_ms',
      statistic: 'p99',
      unit: 'ms',
      state: 'measured',
      value: 51.2,
      samples: 197,
      interval: { low: 50.1, high: 55.9, level: 0.95, method: 'order-statistic' },
      source: 'client',
      from: 'scheduled',
    },
    { id: 'ttft_ms', statistic: 'p99.9', unit: 'ms', state: 'unavailable', reason: 'TOO_FEW_SAMPLES' },
  ],
  validity: { verdict: 'limited', findings: [{ code: 'LATE_DISPATCH', severity: 'limits', message: 'late' }] },
  slo: [],
};

const RUN: RunDocument = {
  schema: 'assay/run/v1',
  recordSchema: 'assay/request-record/v1',
  name: 'standard',
  startedAt: '2026-01-01T00:00:00.000Z',
  clock: { monotonicNs: '123456789', wall: '2026-01-01T00:00:00.000Z' },
  versions: { assay: '0.1.0', node: '26.0.0', platform: 'linux-x64' },
  config: CONFIG,
  origins: { seed: 'default', requests: 'flag' },
  seed: 0,
  schedule: { offered: 100, measureFromMs: 0 },
  capabilities: { models: ['m'], serverVersion: null },
  window: null,
  clientHealth: null,
  status: 'running',
  connections: null,
};

const SLO: Slo = {
  schema: 'assay/slo/v1',
  objectives: [{ metric: 'ttft_ms', statistic: 'p99', operator: '<', threshold: 500 }],
};

const PRICES: PriceFile = {
  schema: 'assay/prices/v1',
  currency: 'EUR',
  asOf: '2026-01-01',
  source: 'list prices of a test',
  accelerators: { h100: { perHour: 3.5 } },
  energyPerKwh: null,
};

function issuesOf(name: SchemaName, value: unknown): string {
  const checked = validate(name, value);
  return checked.ok ? 'ok' : formatIssues(checked.issues);
}

test('accepts what it should', () => {
  expect(issuesOf('run-config', CONFIG)).toBe('ok');
  expect(issuesOf('request-record', RECORD)).toBe('ok');
  expect(issuesOf('results', RESULTS)).toBe('ok');
  expect(issuesOf('profile', {})).toBe('ok');
  expect(issuesOf('run', RUN)).toBe('ok');
  expect(issuesOf('slo', SLO)).toBe('ok');
  expect(issuesOf('prices', PRICES)).toBe('ok');
});

test('follows references into the configuration of a run', () => {
  expect(
    issuesOf('run', { ...RUN, config: { ...CONFIG, seed: 0.5, api: 'Chat' }, status: 'finishd' })
      .split('\n')
      .sort(),
  ).toEqual([
    '/config/api: not an allowed value (expected one of chat, completions, responses, embeddings, native, v1, got "Chat"); did you mean "chat"?',
    '/config/seed: wrong type (expected a whole number, got 0.5)',
    '/status: not an allowed value (expected one of running, finished, aborted, failed, got "finishd"); did you mean "finished"?',
  ]);
  expect(
    issuesOf('prices', { ...PRICES, currency: 'euro', accelerators: { h100: { perHour: -1 } } })
      .split('\n')
      .sort(),
  ).toEqual([
    '/accelerators/h100/perHour: out of range (expected a number at least 0, got -1)',
    '/currency: not in the right form (expected text that matches ^[A-Z]{3}$, got "euro")',
  ]);
});

test('hands the very value back', () => {
  const checked = validate('run-config', CONFIG);
  expect(checked.ok && checked.value).toBe(CONFIG);
});

test('names the tag that was meant, without the noise of the other alternatives', () => {
  expect(issuesOf('run-config', { ...CONFIG, load: { kind: 'poison', ratePerSecond: 1 } })).toBe(
    '/load/kind: not an allowed value (expected one of constant, poisson, gamma, ramp, burst, mmpp, diurnal, trace, concurrency, got "poison"); did you mean "poisson"?',
  );
});

test('reports on the alternative that was chosen', () => {
  expect(issuesOf('run-config', { ...CONFIG, load: { kind: 'gamma', ratePerSecond: 0 } }).split('\n')).toEqual([
    '/load: the key "shape" is missing',
    '/load/ratePerSecond: out of range (expected a number above 0, got 0)',
  ]);
  expect(issuesOf('results', { ...RESULTS, metrics: [{ ...RESULTS.metrics[0], value: 'fast' }] })).toBe(
    '/metrics/0/value: wrong type (expected a number, got "fast")',
  );
  expect(issuesOf('results', { ...RESULTS, window: { startMs: 'a', endMs: 1 } })).toBe(
    '/window/startMs: wrong type (expected a number, got "a")',
  );
});

test('says what fits where nothing does', () => {
  expect(issuesOf('run-config', { ...CONFIG, auth: 'secret' })).toBe(
    '/auth: fits none of the allowed shapes (expected { fromEnv } or { fromFile } or null, got "secret")',
  );
});

test('refuses an unavailable figure with a value, and a figure without one', () => {
  const figure = { id: 'ttft_ms', statistic: 'p50', unit: 'ms' };
  const withValue = { ...figure, state: 'unavailable', reason: 'X', value: 0 };
  const without = { ...figure, state: 'measured', value: null, samples: 1, source: 'client' };
  expect(issuesOf('results', { ...RESULTS, metrics: [withValue] })).toContain('/metrics/0/value: unknown key');
  expect(issuesOf('results', { ...RESULTS, metrics: [without] })).toContain('expected a number, got null');
});

test('keeps the list of outcome codes equal to the schema', () => {
  const definitions = schemas['request-record']['$defs'] as {
    OutcomeCode: { anyOf: readonly [unknown, { enum: string[] }] };
  };
  expect([...OUTCOME_CODES].sort()).toEqual([...definitions.OutcomeCode.anyOf[1].enum].sort());
});

interface Node {
  readonly type?: string | string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: unknown;
  readonly description?: string;
  readonly oneOf?: readonly Node[];
  readonly $ref?: string;
}

function* nodesOf(value: unknown, path: string): Generator<readonly [string, Node]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value];
  for (const [key, inner] of Object.entries(value)) yield* nodesOf(inner, `${path}/${key}`);
}

test.each(Object.keys(schemas) as SchemaName[])('%s describes every property and is closed', (name) => {
  expect(schemas[name]['$id']).toBe(`assay/${name}/v1`);
  const undescribed: string[] = [];
  const open: string[] = [];
  for (const [path, node] of nodesOf(schemas[name], '')) {
    if (path.endsWith('/properties')) {
      for (const [key, property] of Object.entries(node as Readonly<Record<string, Node>>)) {
        const text = property.description ?? property.$ref ?? property.oneOf?.[0]?.description ?? '';
        if (text === '') undescribed.push(`${path}/${key}`);
      }
    } else if (node.type === 'object' && node.properties !== undefined && node.additionalProperties !== false) {
      open.push(path);
    }
  }
  expect(undescribed).toEqual([]);
  expect(open).toEqual([]);
});
