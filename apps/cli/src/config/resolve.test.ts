import { expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { LayeredSettings, type Origin } from './layers.ts';
import { resolveConfig } from './resolve.ts';
import type { Settings } from './settings.ts';

const resolve = (layers: Partial<Record<Origin, Settings>>): ReturnType<typeof resolveConfig> =>
  resolveConfig(
    new LayeredSettings(
      (['profile', 'environment', 'flag'] as const).map((origin) => ({ origin, settings: layers[origin] ?? {} })),
    ),
    'test',
  );

const codeOf = (layers: Partial<Record<Origin, Settings>>): string | undefined => {
  try {
    resolve(layers);
    return undefined;
  } catch (error: unknown) {
    return error instanceof CliError ? error.code : 'other';
  }
};

test('a flag wins over the environment, the environment over the profile', () => {
  const { config, origins } = resolve({
    profile: { simulate: true, requests: 5, seed: 1, name: 'profile' },
    environment: { seed: 2, requests: 6 },
    flag: { seed: 3 },
  });
  expect(config).toMatchObject({ seed: 3, requests: 6, name: 'profile', stream: true });
  expect(origins).toMatchObject({ seed: 'flag', requests: 'environment', name: 'profile', stream: 'default' });
});

test('the strongest layer decides the shape of the load as a whole', () => {
  const profile: Settings = { simulate: true, requests: 5, rate: 10, arrival: { kind: 'poisson' } };
  expect(resolve({ profile, flag: { concurrency: 8 } }).config.load).toEqual({ kind: 'concurrency', concurrency: 8 });
  expect(resolve({ profile, flag: { rate: 20 } }).config.load).toEqual({ kind: 'poisson', ratePerSecond: 20 });
  expect(codeOf({ profile, flag: { concurrency: 8, rate: 2 } })).toBe('CONFIG_CONFLICT');
});

test('a target in a stronger layer replaces the embedded service of a weaker one', () => {
  const profile: Settings = { simulate: true, requests: 5 };
  expect(resolve({ profile, flag: { target: ['http://host'] } }).config).toMatchObject({
    simulate: false,
    target: 'http://host',
  });
  expect(codeOf({ flag: { simulate: true, target: ['http://host'], requests: 5 } })).toBe('CONFIG_CONFLICT');
});

test('a trace needs no end, and brings its own lengths', () => {
  const { config } = resolve({ flag: { simulate: true, trace: 'trace.csv', timeScale: 2 } });
  expect(config).toMatchObject({
    load: { kind: 'trace', file: 'trace.csv', timeScale: 2 },
    dataset: { kind: 'trace' },
  });
});

test.each<[string, Settings, string]>([
  ['no target', { requests: 5 }, 'CONFIG_TARGET_MISSING'],
  ['no end', { simulate: true }, 'CONFIG_STOP_MISSING'],
  ['poisson without a rate', { simulate: true, requests: 5, arrival: { kind: 'poisson' } }, 'CONFIG_CONFLICT'],
  [
    'a ramp without a time',
    { simulate: true, requests: 5, arrival: { kind: 'ramp', from: 1, to: 2, rampMs: undefined } },
    'CONFIG_CONFLICT',
  ],
  ['two places for a key', { simulate: true, requests: 5, apiKeyEnv: 'A', apiKeyFile: 'b' }, 'CONFIG_CONFLICT'],
  ['a trace dataset without a trace', { simulate: true, requests: 5, dataset: { kind: 'trace' } }, 'CONFIG_CONFLICT'],
])('%s is refused', (_, flag, code) => expect(codeOf({ flag })).toBe(code));

test('shorter limits follow the limit of the whole request', () => {
  const { timeouts, drainMs } = resolve({ flag: { simulate: true, requests: 5, timeout: 5000 } }).config;
  expect(timeouts).toEqual({ connectMs: 5000, firstTokenMs: 5000, stallMs: 5000, totalMs: 5000 });
  expect(drainMs).toBe(5000);
});

test('embeddings are never streamed', () => {
  const { config } = resolve({ flag: { target: ['http://host'], requests: 5, api: 'embeddings' } });
  expect(config).toMatchObject({ api: 'embeddings', stream: false });
});

test('settings of vLLM stand in the configuration, and are refused for other runtimes', () => {
  const vllm: Settings = { requests: 5, tokensPerEvent: 'token-ids', cacheSalt: 'a', priority: -2 };
  expect(resolve({ flag: { ...vllm, target: ['http://host'], backend: 'vllm' } }).config).toMatchObject({
    tokensPerEvent: 'token-ids',
    cacheSalt: 'a',
    priority: -2,
  });
  expect(resolve({ flag: { requests: 5, simulate: true } }).config).not.toHaveProperty('cacheSalt');
  expect(codeOf({ flag: { ...vllm, target: ['http://host'], backend: 'tgi' } })).toBe('CONFIG_CONFLICT');
});

test('conversations stay whole in an open loop unless they are split, and where there are none there is no choice', () => {
  const open: Settings = { simulate: true, requests: 5, rate: 2 };
  const dataset: Settings['dataset'] = { kind: 'jsonl', file: 'a.jsonl' };
  expect(resolve({ flag: { ...open, dataset } }).config.sessions).toBe('whole');
  expect(resolve({ profile: { sessions: 'split' }, flag: { ...open, dataset } }).config.sessions).toBe('split');
  expect(resolve({ flag: open }).config.sessions).toBeUndefined();
  const closed: Settings = { simulate: true, requests: 5, concurrency: 2, dataset };
  expect(resolve({ flag: { ...closed, sessions: 'whole' } }).config.sessions).toBeUndefined();
  expect(codeOf({ flag: { ...closed, sessions: 'split' } })).toBe('CONFIG_CONFLICT');
  expect(codeOf({ flag: { ...open, sessions: 'whole' } })).toBe('CONFIG_CONFLICT');
});
