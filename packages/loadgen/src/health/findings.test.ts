import { describe, expect, test } from 'vitest';
import { clientFindings, type HealthFigures } from './findings.ts';

const GOOD: HealthFigures = {
  loopDelayP99Ms: 0.4,
  cpuRatio: 0.3,
  gcRatio: 0.004,
  gcLongestMs: 12,
  lateDispatchRatio: 0.001,
  lateAfterMs: 1,
  dispatchLagP99Ms: 0.2,
  dueRequests: 1000,
  sentRequests: 1000,
  isOpenLoop: true,
  shortages: [],
};

function found(change: Partial<HealthFigures>): string[] {
  return clientFindings({ ...GOOD, ...change }).map((finding) => `${finding.code} ${finding.severity}`);
}

describe('clientFindings', () => {
  test('a good client has none', () => {
    expect(found({})).toEqual([]);
  });

  test.each([
    [{ lateDispatchRatio: 0.02 }, 'LATE_DISPATCH limits'],
    [{ lateDispatchRatio: 0.5 }, 'LATE_DISPATCH invalidates'],
    [{ loopDelayP99Ms: 3 }, 'LOOP_LAG limits'],
    [{ loopDelayP99Ms: 80 }, 'LOOP_LAG invalidates'],
    [{ cpuRatio: 0.9 }, 'CLIENT_CPU limits'],
    [{ gcRatio: 0.02 }, 'GC_PAUSE limits'],
    [{ gcRatio: 0.2 }, 'GC_PAUSE invalidates'],
    [{ gcLongestMs: 80 }, 'GC_PAUSE limits'],
    [{ sentRequests: 980 }, 'OFFERED_SHORTFALL limits'],
    [{ sentRequests: 500 }, 'OFFERED_SHORTFALL invalidates'],
    [{ shortages: [{ of: 'ports' as const, requests: 2, longestMs: 20, totalMs: 30 }] }, 'PORTS limits'],
    [{ shortages: [{ of: 'files' as const, requests: 2, longestMs: 20, totalMs: 30 }] }, 'CONN_LIMIT limits'],
  ])('%j gives %s', (change, expected) => {
    expect(found(change)).toEqual([expected]);
  });

  test('figures that are not known give no finding', () => {
    expect(found({ loopDelayP99Ms: undefined, cpuRatio: undefined, lateDispatchRatio: undefined })).toEqual([]);
    expect(found({ gcRatio: undefined, gcLongestMs: undefined })).toEqual([]);
  });

  test('a closed loop is never late and never short', () => {
    expect(found({ isOpenLoop: false, lateDispatchRatio: 1, sentRequests: 0 })).toEqual([]);
  });
});
