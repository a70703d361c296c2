import { expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { CONNECTION_SETTINGS } from './connection-settings.ts';
import { LayeredSettings } from './layers.ts';
import { type ConnectionPolicy, resolvePolicy } from './resolve-policy.ts';
import type { Settings } from './settings.ts';
import { parseTargets } from './target-text.ts';

const A = 'http://a:8000';
const B = 'http://b:8000';
const resolve = (settings: Settings, targets: readonly string[] = [A]): ConnectionPolicy =>
  resolvePolicy(new LayeredSettings([{ origin: 'flag', settings }]), targets);

function refusal(settings: Settings, targets?: readonly string[]): string {
  try {
    resolve(settings, targets);
  } catch (error: unknown) {
    if (error instanceof CliError) return `${error.code}: ${error.message}`;
  }
  return 'not refused';
}

test('the policy stands in the configuration, the usual one too', () => {
  expect(resolve({})).toEqual({ transport: 'net', connections: { mode: 'keep-alive' } });
  expect(resolve({ connections: 'per-request', connectRate: 200, localAddress: ['127.0.0.2'] })).toEqual({
    transport: 'net',
    connections: {
      mode: 'per-request',
      preconnect: 0,
      connectRatePerSecond: 200,
      localAddresses: ['127.0.0.2'],
    },
  });
  expect(resolve({ preconnect: 7 }, [A, B])).toEqual({
    transport: 'net',
    targets: [A, B],
    connections: { mode: 'keep-alive', preconnect: 7, balance: 'round-robin' },
  });
  expect(resolve({ spreadDns: true, balance: 'least-in-flight' }).connections).toEqual({
    mode: 'keep-alive',
    balance: 'least-in-flight',
    spreadDns: true,
  });
  expect(resolve({ http: '2' }, ['https://a'])).toEqual({
    transport: 'undici',
    connections: { mode: 'keep-alive', http: '2' },
  });
});

test.each<[Settings, readonly string[], RegExp]>([
  [{ connections: 'per-request', preconnect: 3 }, [A], /--preconnect and --connections per-request/],
  [{ balance: 'round-robin' }, [A], /--balance needs several/],
  [{}, [A, 'http://b:8000/models'], /differ in more than host and port/],
  [{}, [A, 'https://b:8000'], /differ in more than host and port/],
  [{}, [A, A], /twice/],
  [{ http: '2' }, [A], /--http 2 needs TLS, and http:\/\/a:8000 has none/],
  [{ http: '2' }, [], /--http 2 needs TLS/],
  [{ http: '2', transport: 'net' }, ['https://a'], /--http 2 and --transport net/],
  [{ transport: 'undici', connectRate: 5 }, [A], /--connect-rate needs the net transport/],
  [{ http: '2', localAddress: ['::1'] }, ['https://a'], /--local-address needs the net transport/],
  [{ transport: 'undici', connections: 'per-request' }, [A], /--connections per-request needs the net transport/],
])('%j for %j is refused', (settings, targets, expected) => {
  expect(refusal(settings, targets)).toMatch(/^CONFIG_CONFLICT: /);
  expect(refusal(settings, targets)).toMatch(expected);
});

test('rates, addresses and targets are read in their forms', () => {
  const { connectRate, localAddress, http } = CONNECTION_SETTINGS;
  expect(['200/s', '200', 0.5, '0', '-1/s', '5/m'].map(connectRate.parse)).toEqual([
    200,
    200,
    0.5,
    undefined,
    undefined,
    undefined,
  ]);
  expect(localAddress.parse('127.0.0.2, 127.0.0.3')).toEqual(['127.0.0.2', '127.0.0.3']);
  expect(localAddress.parse(['::1', '::2'])).toEqual(['::1', '::2']);
  expect(['127.0.0.2,::1', 'localhost', '', '1.2.3'].map(localAddress.parse)).toEqual(Array(4).fill(undefined));
  expect([1.1, '2', 2, '3'].map(http.parse)).toEqual(['1.1', '2', '2', undefined]);
  expect(parseTargets('http://a:1/v1,http://b')).toEqual(['http://a:1', 'http://b']);
  expect(parseTargets(['http://a', 'http://b,http://c'])).toEqual(['http://a', 'http://b', 'http://c']);
  expect([parseTargets('http://a,'), parseTargets('http://a,http://u:p@b')]).toEqual([undefined, undefined]);
});
