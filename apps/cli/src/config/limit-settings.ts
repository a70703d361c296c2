import { COUNT, DURATION, POSITIVE_DURATION, type SettingsNamed } from './setting.ts';
import { parseDurationMs, parsePositiveDurationMs, parseWhole } from './units.ts';

const LIMITS = 'Limits:';

/** What ends a request, and what the client may use. */
export const LIMITS_SETTINGS: SettingsNamed<
  | 'timeout'
  | 'connectTimeout'
  | 'firstTokenTimeout'
  | 'stallTimeout'
  | 'drain'
  | 'maxInFlight'
  | 'workers'
  | 'processes'
> = {
  timeout: {
    flag: '--timeout <time>',
    group: LIMITS,
    help: 'whole request',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  connectTimeout: {
    flag: '--connect-timeout <time>',
    group: LIMITS,
    help: 'opening a connection',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  firstTokenTimeout: {
    flag: '--first-token-timeout <time>',
    group: LIMITS,
    help: 'until the first token (default: --timeout)',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  stallTimeout: {
    flag: '--stall-timeout <time>',
    group: LIMITS,
    help: 'between two events of a stream',
    expected: POSITIVE_DURATION,
    parse: parsePositiveDurationMs,
  },
  drain: {
    flag: '--drain <time>',
    group: LIMITS,
    help: 'wait for open requests at the end (default: --timeout)',
    expected: DURATION,
    parse: parseDurationMs,
  },
  maxInFlight: {
    flag: '--max-in-flight <n>',
    group: LIMITS,
    help: 'open loop: requests beyond this many open ones are dropped and counted',
    expected: COUNT,
    parse: parseWhole(1),
  },
  workers: {
    flag: '--workers <n>',
    group: LIMITS,
    help: 'threads that make the load, or auto: as many as it needs, at most one less than there are cores (default: auto)',
    expected: 'auto, or a whole number of at least 1',
    parse: (value) => (value === 'auto' ? value : parseWhole(1)(value)),
  },
  processes: {
    flag: '--processes <n>',
    group: LIMITS,
    help: 'processes that make the load, instead of threads',
    expected: COUNT,
    parse: parseWhole(1),
  },
};
