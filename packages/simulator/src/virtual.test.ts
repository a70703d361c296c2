import { expect, test } from 'vitest';
import { simulateVirtual } from './virtual.ts';

test('fixed timing: token k is due at start + ttft + k * itl', () => {
  const [one] = simulateVirtual([{ atMs: 3, prompt: 10, outputTokens: 5 }], { ttftMs: 50, itlMs: 10 });
  expect(one).toMatchObject({ startMs: 3, firstTokenMs: 53, lastTokenMs: 93, tokens: 5 });
});

test('fixed timing: slots make a queue, its limit refuses', () => {
  const arrivals = [0, 0, 0, 0].map((atMs) => ({ atMs, prompt: 1, outputTokens: 2 }));
  const outcomes = simulateVirtual(arrivals, { ttftMs: 50, itlMs: 10, slots: 1, queueLimit: 2 });
  expect(outcomes.map((outcome) => outcome.startMs)).toEqual([0, 60, 120, undefined]);
  expect(outcomes.map((outcome) => outcome.isRefused)).toEqual([false, false, false, true]);
});

test('fixed timing: jitter is seeded, bounded and keeps the order', () => {
  const arrivals = Array.from({ length: 50 }, (_, index) => ({ atMs: index, prompt: 1, outputTokens: 20 }));
  const run = (seed: number) => simulateVirtual(arrivals, { ttftMs: 50, itlMs: 10, jitterMs: 4, seed });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  for (const outcome of run(1)) {
    expect(Math.abs(outcome.firstTokenMs! - outcome.arrivalMs - 50)).toBeLessThanOrEqual(4);
    expect(Math.abs(outcome.lastTokenMs! - outcome.arrivalMs - 240)).toBeLessThanOrEqual(4);
  }
});

const BATCHING = {
  engine: 'batching',
  slots: 4,
  batching: {
    stepMs: 10,
    prefillMsPerToken: 0.1,
    decodeMsPerSequence: 1,
    maxBatchedTokens: 100,
    blockTokens: 4,
    kvBlocks: 64,
  },
} as const;

test('batching: one request costs its prefill, then a step per token', () => {
  const [one] = simulateVirtual([{ atMs: 5, prompt: 50, outputTokens: 4 }], BATCHING);
  // 10 + 50 * 0.1 for the first token, then 3 steps of 10 + 1.
  expect(one).toMatchObject({ startMs: 5, firstTokenMs: 20, lastTokenMs: 53, tokens: 4, cachedTokens: 0 });
});

test('batching: a long prompt is prefilled in parts', () => {
  const [one] = simulateVirtual([{ atMs: 0, prompt: 150, outputTokens: 1 }], BATCHING);
  expect(one?.firstTokenMs).toBeCloseTo(10 + 10 + 10 + 5);
});

test('batching: a prompt in the middle slows the running sequence', () => {
  const [long, late] = simulateVirtual(
    [
      { atMs: 0, prompt: 10, outputTokens: 3 },
      { atMs: 1, prompt: 50, outputTokens: 1 },
    ],
    BATCHING,
  );
  // Step 1 ends at 11 (10 + 10 * 0.1); step 2 decodes one and prefills 50: 10 + 5 + 1; step 3: 10 + 1.
  expect(long).toMatchObject({ firstTokenMs: 11, lastTokenMs: 38 });
  expect(late).toMatchObject({ startMs: 11, firstTokenMs: 27 });
});

test('batching: slots and memory admit in order', () => {
  const arrivals = [100, 100, 100, 8].map((prompt) => ({ atMs: 0, prompt, outputTokens: 2 }));
  const outcomes = simulateVirtual(arrivals, BATCHING);
  // 26 blocks each: two fit into 64, the third waits, and the small one does not overtake it.
  expect(outcomes[2]!.startMs!).toBeGreaterThanOrEqual(outcomes[0]!.lastTokenMs!);
  expect(outcomes[3]!.startMs!).toBeGreaterThanOrEqual(outcomes[2]!.startMs!);
  expect(outcomes.every((outcome) => outcome.tokens === 2)).toBe(true);
});

test('batching: a repeated prompt is cached by full blocks, below its length', () => {
  const prompt = Array.from({ length: 40 }, (_, k) => k);
  const fork = [...prompt.slice(0, 20), ...prompt.slice(0, 20)];
  const arrivals = [prompt, prompt, fork].map((ids, index) => ({ atMs: index * 1000, prompt: ids, outputTokens: 2 }));
  expect(simulateVirtual(arrivals, BATCHING).map((outcome) => outcome.cachedTokens)).toEqual([0, 36, 20]);
  const without = { ...BATCHING, batching: { ...BATCHING.batching, hasPrefixCache: false } };
  expect(simulateVirtual(arrivals, without).map((outcome) => outcome.cachedTokens)).toEqual([0, 0, 0]);
});

test('batching: the least recently used prefix makes room', () => {
  const prompt = (base: number): number[] => Array.from({ length: 80 }, (_, k) => base * 1000 + k);
  const order = [1, 2, 3, 1, 2, 4, 1, 3];
  const arrivals = order.map((base, index) => ({ atMs: index * 1000, prompt: prompt(base), outputTokens: 1 }));
  // 21 blocks each, 64 in all: three prompts stay (20 full blocks each), the fourth drops the end of the oldest, 3.
  const cached = simulateVirtual(arrivals, BATCHING).map((outcome) => outcome.cachedTokens);
  expect(cached.slice(0, 5)).toEqual([0, 0, 0, 76, 76]);
  expect(cached[6]).toBe(76);
  expect(cached[7]).toBeLessThan(76);
});

test('batching: what can never fit is refused', () => {
  const [one] = simulateVirtual([{ atMs: 0, prompt: 1000, outputTokens: 1 }], BATCHING);
  expect(one?.isRefused).toBe(true);
});
