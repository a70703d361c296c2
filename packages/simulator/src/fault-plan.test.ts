import { expect, test } from 'vitest';
import { SimulatorError } from './errors.ts';
import { expectedCodeOf, parseFaultPlan } from './fault-plan.ts';

function namesOf(text: string, count: number, seed = 0): (string | undefined)[] {
  const plan = parseFaultPlan(text, seed);
  return Array.from({ length: count }, (_, index) => plan.requestFaultAt(index)?.name);
}

test('indexes and ranges', () => {
  expect(namesOf('http-429:#1, cut:#3-4+#6', 8)).toEqual([
    undefined,
    'http-429',
    undefined,
    'cut',
    'cut',
    undefined,
    'cut',
    undefined,
  ]);
  expect(parseFaultPlan('http-503:#0').requestFaultAt(0)).toMatchObject({ kind: 'http', status: 503 });
});

test('probabilities are met, disjoint, and a pure function of seed and index', () => {
  const names = namesOf('cut:0.1,stall:0.2', 20_000, 7);
  const share = (name: string): number => names.filter((one) => one === name).length / names.length;
  expect(share('cut')).toBeCloseTo(0.1, 1);
  expect(share('stall')).toBeCloseTo(0.2, 1);
  expect(namesOf('cut:0.1,stall:0.2', 100, 7)).toEqual(names.slice(0, 100));
  expect(namesOf('cut:0.1,stall:0.2', 100, 8)).not.toEqual(names.slice(0, 100));
});

test('an index wins over a probability; an empty plan has no faults', () => {
  expect(namesOf('cut:1,stall:#1', 3)).toEqual(['cut', 'stall', 'cut']);
  expect(namesOf('', 3)).toEqual([undefined, undefined, undefined]);
});

test('refused connections are counted apart', () => {
  const plan = parseFaultPlan('refuse:#1,cut:#1');
  expect([0, 1, 2].map((index) => plan.isConnectionRefusedAt(index))).toEqual([false, true, false]);
  expect(plan.requestFaultAt(1)?.name).toBe('cut');
});

test('refuse takes windows of time', () => {
  expect(parseFaultPlan('refuse:@2000-4000+@6000-6500,cut:0.1').closedWindowsMs).toEqual([
    [2000, 4000],
    [6000, 6500],
  ]);
});

test.each([
  'cut:@1-2',
  'refuse:@5-1',
  'refuse:@1-2+#3',
  'cut',
  'cutt:0.1',
  'cut:',
  'cut:1.5',
  'cut:-1',
  'cut:#',
  'cut:#5-3',
  'http-200:0.1',
  'http-999:#1',
  'cut:0.6,stall:0.6',
])('refuses %s', (text) => {
  expect(() => parseFaultPlan(text)).toThrow(SimulatorError);
  expect(() => parseFaultPlan(text)).toThrow(expect.objectContaining({ code: 'SIM_FAULT_PLAN_INVALID' }));
});

test('expected codes', () => {
  const code = (text: string, isStreaming = true, isUsageShown = true): string | null =>
    expectedCodeOf(parseFaultPlan(`${text}:#0`).requestFaultAt(0), isStreaming, isUsageShown);
  expect(code('http-429')).toBe('HTTP_429');
  expect(code('error-event')).toBe('STREAM_ERROR_EVENT');
  expect(code('error-event', false)).toBe('ERROR_BODY');
  expect(code('slow-drip')).toBeNull();
  expect(code('wrong-usage')).toBe('USAGE_MISMATCH');
  expect(code('wrong-usage', true, false)).toBeNull();
  expect(expectedCodeOf(undefined, true, true)).toBeNull();
});
