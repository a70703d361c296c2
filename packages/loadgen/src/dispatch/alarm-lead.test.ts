import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AlarmLead } from './alarm-lead.ts';

test('one of two hundred rings comes later than the lead', () => {
  const lead = new AlarmLead();
  // Delays spread evenly up to 0.8 ms: 0.5 % lie above 0.796.
  const delays = Array.from({ length: 8000 }, (_, i) => ((i * 0.61803398875) % 1) * 0.8);
  for (const lateMs of delays) lead.observe(lateMs);
  let late = 0;
  for (const lateMs of delays) {
    if (lateMs > lead.leadMs) late++;
    lead.observe(lateMs);
  }
  expect(late / delays.length).toBeCloseTo(0.005, 2);
  expect(lead.leadMs).toBeGreaterThan(0.7);
});

test('a machine that is calm again gets its short lead back', () => {
  const lead = new AlarmLead();
  for (let i = 0; i < 50; i++) lead.observe(20);
  expect(lead.leadMs).toBe(2);
  for (let i = 0; i < 5000; i++) lead.observe(0.05);
  expect(lead.leadMs).toBe(0.15);
});

test('whatever rings, the lead stays between its bounds', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 200 }), (delays) => {
      const lead = new AlarmLead();
      for (const lateMs of delays) lead.observe(lateMs);
      expect(lead.leadMs).toBeGreaterThanOrEqual(0.15);
      expect(lead.leadMs).toBeLessThanOrEqual(2);
    }),
  );
});
