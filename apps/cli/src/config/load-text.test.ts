import { describe, expect, test } from 'vitest';
import { parseArrival, parseDataset, parseLengths, parseSharedPrefix, parseTenants } from './load-text.ts';

describe('parseArrival', () => {
  test.each([
    ['constant', { kind: 'constant' }],
    ['poisson', { kind: 'poisson' }],
    ['gamma:0.5', { kind: 'gamma', shape: 0.5 }],
    ['ramp:10-100', { kind: 'ramp', from: 10, to: 100, rampMs: undefined }],
    ['ramp:0-100/30s', { kind: 'ramp', from: 0, to: 100, rampMs: 30_000 }],
    ['burst:50x200ms/5s', { kind: 'burst', burstRate: 50, burstMs: 200, periodMs: 5000 }],
    [
      'mmpp:50x2s,0x10s',
      {
        kind: 'mmpp',
        states: [
          { ratePerSecond: 50, meanMs: 2000 },
          { ratePerSecond: 0, meanMs: 10_000 },
        ],
      },
    ],
    [
      'mmpp:50x2s,5x500ms/0:1|1:0',
      {
        kind: 'mmpp',
        states: [
          { ratePerSecond: 50, meanMs: 2000 },
          { ratePerSecond: 5, meanMs: 500 },
        ],
        transitions: [
          [0, 1],
          [1, 0],
        ],
      },
    ],
    ['diurnal:5-50/24h', { kind: 'diurnal', curve: 'sine', ratesPerSecond: [5, 50], periodMs: 86_400_000 }],
    ['diurnal:5,20,50,0/10m', { kind: 'diurnal', curve: 'steps', ratesPerSecond: [5, 20, 50, 0], periodMs: 600_000 }],
  ])('reads %s', (text, arrival) => expect(parseArrival(text)).toEqual(arrival));

  test.each([
    '',
    'posson',
    'poisson:2',
    'gamma',
    'gamma:0',
    'gamma:x',
    'ramp:10',
    'ramp:0-0',
    'ramp:1-2/x',
    'burst:50',
    'burst:50x6s/5s',
    'mmpp:50x2s',
    'mmpp:50x2s,5',
    'mmpp:50x2s,5x1s/0:1',
    'mmpp:50x2s,5x1s/0:x|1:0',
    'diurnal:5-50',
    'diurnal:0-0/1h',
    'diurnal:5,,6/1h',
  ])('refuses "%s"', (text) => expect(parseArrival(text)).toBeUndefined());
});

describe('parseLengths', () => {
  test.each([
    [512, { kind: 'fixed', value: 512 }],
    ['512', { kind: 'fixed', value: 512 }],
    ['fixed:7', { kind: 'fixed', value: 7 }],
    ['uniform:100,600', { kind: 'uniform', min: 100, max: 600 }],
    ['normal:512,64', { kind: 'normal', mean: 512, stddev: 64, min: 1, max: 768 }],
    ['normal:512,64,100,900', { kind: 'normal', mean: 512, stddev: 64, min: 100, max: 900 }],
    ['lognormal:100,0', { kind: 'lognormal', median: 100, sigma: 0, min: 1, max: 100 }],
  ])('reads %s', (text, lengths) => expect(parseLengths(text)).toEqual(lengths));

  test.each([
    '0',
    '-1',
    '1.5',
    'uniform:600,100',
    'uniform:1',
    'normal:512',
    'normal:512,-1',
    'normal:1,1,1',
    'zipf:1,2',
    '',
  ])('refuses "%s"', (text) => expect(parseLengths(text)).toBeUndefined());
});

test('a dataset is a word, a kind with a file, or a file whose ending tells', () => {
  expect(parseDataset('synthetic')).toEqual({ kind: 'synthetic' });
  expect(parseDataset('jsonl:a:b.txt')).toEqual({ kind: 'jsonl', file: 'a:b.txt' });
  expect(parseDataset('agentic:a.jsonl')).toEqual({ kind: 'agentic', file: 'a.jsonl' });
  expect(parseDataset('prompts.jsonl')).toEqual({ kind: 'jsonl', file: 'prompts.jsonl' });
  expect(parseDataset('share.json')).toEqual({ kind: 'sharegpt', file: 'share.json' });
  expect(parseDataset('prompts.txt')).toBeUndefined();
});

test('a shared prefix has a length and perhaps a count', () => {
  expect(parseSharedPrefix('256x4')).toEqual({ tokens: 256, count: 4 });
  expect(parseSharedPrefix(256)).toEqual({ tokens: 256, count: 1 });
  expect(parseSharedPrefix('256x0')).toBeUndefined();
});

test('tenants have weights, 1 where none is given', () => {
  const shares = [
    { name: 'acme', weight: 3 },
    { name: 'other', weight: 1 },
  ];
  expect(parseTenants('acme:3,other')).toEqual(shares);
  for (const text of ['', 'a:0', 'a,a', 'a:1,', ':2', 'a:x']) expect(parseTenants(text)).toBeUndefined();
});
