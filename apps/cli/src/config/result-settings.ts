import { parseSlos } from './objective-text.ts';
import { type SettingsNamed, SWITCH } from './setting.ts';
import { parseFlag } from './units.ts';

const RESULT = 'Result:';

/** How the result is judged and named. */
export const RESULT_SETTINGS: SettingsNamed<'slo' | 'verifyStream' | 'name'> = {
  slo: {
    flag: '--slo <objective>',
    group: RESULT,
    help: "objective such as 'ttft_ms.p99<500', repeatable; decides the exit code",
    expected: "METRIC.STATISTIC<NUMBER such as 'ttft_ms.p99<500' or 'error_ratio<0.01'",
    isRepeatable: true,
    parse: parseSlos,
  },
  verifyStream: {
    flag: '--verify-stream',
    group: RESULT,
    help: 'parse every event in full and check the fast path against it',
    expected: SWITCH,
    parse: parseFlag,
  },
  name: {
    flag: '--name <name>',
    group: RESULT,
    help: 'name of the run, part of its directory',
    expected: 'letters, digits, dot, dash and underscore',
    parse: (value) => (typeof value === 'string' && /^[\w][\w.-]{0,63}$/.test(value) ? value : undefined),
  },
};
