import { ARRIVAL_EXPECTED, parseArrival, parseTenants, TENANTS_EXPECTED } from './load-text.ts';
import { COUNT, DURATION, POSITIVE_DURATION, type SettingsNamed } from './setting.ts';
import {
  parseChoice,
  parseDurationMs,
  parsePositive,
  parsePositiveDurationMs,
  parseText,
  parseWhole,
} from './units.ts';

const LOAD = 'Load:';
const ARRIVAL_HELP =
  'open loop: how arrivals are spread over time. constant (default): equal gaps; poisson: users who do not know of each other; gamma:SHAPE: burstier ' +
  'below 1, more even above; ramp:10-100/60s: from one rate to another; burst:50x200ms/5s: 50/s for 200 ms every 5 s, --rate between; ' +
  'mmpp:50x2s,5x10s: 50/s for about 2 s, 5/s for about 10 s, by chance; diurnal:5-50/24h: up and down like a day, diurnal:5,20,50/24h: each rate in turn';

/** How many requests come when. */
export const LOAD_SETTINGS: SettingsNamed<
  | 'rate'
  | 'arrival'
  | 'concurrency'
  | 'trace'
  | 'timeScale'
  | 'sessions'
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
    help: 'open loop: requests per second, sent on time whether or not answers come; of conversations: how many begin per second (see --sessions)',
    expected: 'a number of requests per second above 0',
    parse: parsePositive,
  },
  arrival: {
    flag: '--arrival <shape>',
    group: LOAD,
    help: ARRIVAL_HELP,
    expected: ARRIVAL_EXPECTED,
    parse: parseArrival,
  },
  concurrency: {
    flag: '--concurrency <n>',
    group: LOAD,
    help: 'closed loop: this many requests, or conversations, at once; the next begins when one ends (default: 1)',
    expected: COUNT,
    parse: parseWhole(1),
  },
  trace: {
    flag: '--trace <file>',
    group: LOAD,
    help: 'open loop: arrivals, and lengths unless --dataset says otherwise, of an Azure (CSV) or Mooncake (JSONL) trace',
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
  sessions: {
    flag: '--sessions <how>',
    group: LOAD,
    help: 'conversations in an open loop. whole (default): --rate, --arrival or --trace say when each begins; its next turn is sent once the answer before has come and its think time is over. split: every turn is a request of its own, sent at its time even if the answer before is missing',
    expected: 'whole or split',
    parse: parseChoice(['whole', 'split']),
  },
  tenants: {
    flag: '--tenants <mix>',
    group: LOAD,
    help: 'who shares the service, with weights: acme:3,other:1 gives three of four requests to acme; the report has figures of each (servers are not told)',
    expected: TENANTS_EXPECTED,
    parse: parseTenants,
  },
  requests: {
    flag: '--requests <n>',
    group: LOAD,
    help: 'stop after this many measured requests; every turn of a conversation is one',
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
