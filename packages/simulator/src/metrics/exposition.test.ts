import { expect, test } from 'vitest';
import { Family } from './exposition.ts';

// Numbers as they stand on a page of prometheus_client 0.2x.
test.each([
  [14114, '14114.0'],
  [24.89, '24.89'],
  [999999, '999999.0'],
  [1000000, '1e+06'],
  [1025036288, '1.025036288e+09'],
  [5054115840, '5.05411584e+09'],
  [1795491699.33, '1.79549169933e+09'],
  [-3.5, '-3.5'],
])('%d is written as %s', (value, text) => {
  const family = new Family('f', 'gauge', 'help');
  family.sample({}).value = value;
  expect(family.text(0)).toBe(`# HELP f help\n# TYPE f gauge\nf ${text}\n`);
});

test('labels stand in the order of their names, le among them', () => {
  const family = new Family('f', 'histogram', 'help', [2]);
  family.distribution({ z: '1', a: '2' }).observe(1);
  expect(family.text(0)).toContain('f_bucket{a="2",le="2.0",z="1"} 1.0\n');
});

test('a counter without a series has no time of creation', () => {
  expect(new Family('f_total', 'counter', 'help').text(0)).toBe('# HELP f_total help\n# TYPE f_total counter\n');
});
