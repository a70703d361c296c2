import { parseObjective } from '@assay/loadgen';
import { expect, test } from 'vitest';
import { parseHeaders } from './header-text.ts';
import { parseSlos } from './objective-text.ts';
import { parseTargets } from './target-text.ts';
import { parseDurationMs, parseNumber, parseWhole } from './units.ts';

test.each([
  ['0', 0],
  ['1500ms', 1500],
  ['60s', 60_000],
  ['1m30s', 90_000],
  ['1.5s', 1500],
  ['2h', 7_200_000],
  ['60', undefined],
  ['', undefined],
  ['s', undefined],
  ['5 s', undefined],
  ['-5s', undefined],
  ['5x', undefined],
])('the duration %j is %j ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

test.each([
  ['1e3', 1000],
  ['.5', 0.5],
  ['0x10', undefined],
  ['', undefined],
  ['1 2', undefined],
  ['Infinity', undefined],
])('the number %j is %j', (text, value) => expect(parseNumber(text)).toBe(value));

test('a whole number has a floor', () => {
  expect(parseWhole(1)('1')).toBe(1);
  expect(parseWhole(1)('0')).toBeUndefined();
  expect(parseWhole(0)('1.5')).toBeUndefined();
});

test.each([
  ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
  ['http://127.0.0.1:8000/v1/', 'http://127.0.0.1:8000'],
  ['https://host/openai/v1', 'https://host/openai'],
  ['https://host:443/a/', 'https://host/a'],
  ['http://user:word@host', undefined],
  ['ftp://host', undefined],
  ['host:8000', undefined],
  ['http://host/?a=1', undefined],
])('the target %s is %s', (text, target) => expect(parseTargets(text)?.[0]).toBe(target));

test('headers come from texts and maps, and a credential is refused', () => {
  expect(parseHeaders(['X-A: 1', 'x-b:2:3'])).toEqual({ 'x-a': '1', 'x-b': '2:3' });
  expect(parseHeaders({ 'X-A': '1' })).toEqual({ 'x-a': '1' });
  expect(parseHeaders('authorization: Bearer x')).toBeUndefined();
  expect(parseHeaders('x-a: b\r\nx-c: d')).toBeUndefined();
});

test.each([
  'ttft_ms.p99<500',
  'ttft_ms.p99 < 500',
  'error_ratio<=0.01',
  'itl_ms.p99.9<80',
  'e2e_latency_ms.p95<2s',
  'error_ratio<1%',
  'ttft_ms.p99=500',
  'ttft_ms.p98<500',
  'ttft_ms.p99<',
  'fast',
  '',
])('the objective %j is read as the analysis reads it', (text) => {
  expect(parseSlos(text) !== undefined).toBe(parseObjective(text) !== undefined);
});
