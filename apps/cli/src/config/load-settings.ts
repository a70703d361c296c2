import { ARRIVAL_EXPECTED, parseArrival, parseTenants, TENANTS_EXPECTED } from './load-text.ts';
import { COUNT, DURATION, POSITIVE_DURATION, type SettingsNamed } from './setting.ts';
import { parseDurationMs, parsePositive, parsePositiveDurationMs, parseText, parseWhole } from './units.ts';

const LOAD = 'Load:';

/** How many requests come when. */
export const LOAD_SETTINGS: SettingsNamed<
  | 'rate'
  | 'arrival'
  | 'concurrency'
  | 'trace'
  | 'timeScale'
  | 'tenants'
  | 'requests'
  | 'duration'
  | 'warmup'
  | 'warmupRequests'
  | 'seed'
> = {
  rate: {
    flag: '--rate <n>',
    group: LOAD,
    help: 'open loop: requests per second, sent whether or not answers come',
    expected: 'a number of requests per second above 0',
    parse: parsePositive,
  },
  arrival: {
    flag: '--arrival <shape>',
    group: LOAD,
    help: `open loop: ${ARRIVAL_EXPECTED}`,
    expected: ARRIVAL_EXPECTED,
    parse: parseArrival,
  },
  concurrency: {
    flag: '--concurrency <n>',
    group: LOAD,
    help: 'closed loop: this many requests at once',
    expected: COUNT,
    parse: parseWhole(1),
  },
  trace: {
    flag: '--trace <file>',
    group: LOAD,
    help: 'replay arrivals and lengths of an Azure (CSV) or Mooncake (JSONL) trace',
    expected: 'a file name',
    parse: parseText,
  },
  timeScale: {
    flag: '--time-scale <x>',
    group: LOAD,
    help: 'speed of the trace: 2 replays twice as fast',
    expected: 'a number above 0',
    parse: parsePositive,
  },
  tenants: {
    flag: '--tenants <mix>',
    group: LOAD,
    help: `whom requests belong to: ${TENANTS_EXPECTED}; figures of each`,
    expected: TENANTS_EXPECTED,
    parse: parseTenants,
  },
  requests: {
    flag: '--requests <n>',
    group: LOAD,
    help: 'stop after this many measured requests',
    expected: COUNT,
    parse: parseWhole(1),
  },
  duration: {
    flag: '--duration <time>',
    group: LOAD,
    help: 'stop sending after this time: 60s, 5m',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  warmup: {
    flag: '--warmup <time>',
    group: LOAD,
    help: 'load for this time before the measurement',
    expected: DURATION,
    parse: parseDurationMs,
  },
  warmupRequests: {
    flag: '--warmup-requests <n>',
    group: LOAD,
    help: 'or this many requests before it',
    expected: 'a whole number of at least 0',
    parse: parseWhole(0),
  },
  seed: {
    flag: '--seed <n>',
    group: LOAD,
    help: 'same seed, same arrivals and prompts',
    expected: 'a whole number of at least 0',
    parse: parseWhole(0),
  },
};
