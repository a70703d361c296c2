import { expect, test } from 'vitest';
import { mapMeasured, measured, unavailable } from './measured.ts';

test('holds a figure or a reason', () => {
  expect(measured(5, 10, 'client')).toEqual({ state: 'measured', value: 5, samples: 10, source: 'client' });
  expect(unavailable('TOO_FEW_SAMPLES')).toEqual({ state: 'unavailable', reason: 'TOO_FEW_SAMPLES' });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('refuses %s as a figure', (value) => {
  expect(() => measured(value, 1, 'client')).toThrow(expect.objectContaining({ code: 'MEASUREMENT_INVALID' }));
});

test.each([-1, 0.5, Number.NaN])('refuses %s samples', (samples) => {
  expect(() => measured(1, samples, 'client')).toThrow('not a number of samples');
});

test('refuses a reason that is no code', () => {
  expect(() => unavailable('too few')).toThrow('not a reason code');
  expect(() => unavailable('')).toThrow('not a reason code');
});

test('maps a figure and keeps a missing one missing', () => {
  expect(mapMeasured(measured(2, 3, 'server'), (value) => value * 2)).toEqual(measured(4, 3, 'server'));
  expect(mapMeasured(unavailable('NO_USAGE'), () => 1)).toEqual(unavailable('NO_USAGE'));
  expect(() => mapMeasured(measured(0, 3, 'client'), (value) => 1 / value)).toThrow('not a figure');
});
