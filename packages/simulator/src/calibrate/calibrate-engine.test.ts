import { expect, test } from 'vitest';
import { calibrateEngine, judgePrediction } from './calibrate-engine.ts';
import type { EngineModel } from './engine-model.ts';
import { minimise } from './minimise.ts';
import { type ObservedRequest, type ObservedRun, turnaroundMs } from './observed-run.ts';
import { predictRun } from './predict-run.ts';

/** Arrivals of a real run's shape: gaps that vary, prompts and answers of several lengths. */
function arrivals(count: number, gapMs: number): ObservedRequest[] {
  return Array.from({ length: count }, (_, k) => ({
    sentMs: k * gapMs + ((k * 7919) % 13),
    firstTokenMs: 0,
    lastTokenMs: 0,
    promptTokens: 20 + ((k * 131) % 400),
    outputTokens: 4 + ((k * 37) % 30),
  }));
}

const modelOf = (stepMs: number, prefillMsPerToken: number, decodeMsPerSequence: number): EngineModel => ({
  slots: 8,
  batching: { stepMs, prefillMsPerToken, decodeMsPerSequence },
});

test.each([
  [5, 0.05, 0.5],
  [2, 0.02, 1],
  [15, 0.1, 2],
])('finds the costs again that made a run: %d ms a step, %d a prompt token, %d a sequence', (step, prefill, decode) => {
  const model = modelOf(step, prefill, decode);
  const run: ObservedRun = { requests: predictRun({ requests: arrivals(80, 8 * step) }, model) };
  const { model: found, loss } = calibrateEngine([run], { slots: 8 });
  expect(loss).toBeLessThan(0.1);
  const heldOut: ObservedRun = {
    requests: predictRun({ requests: arrivals(60, 0), concurrency: 6 }, model),
    concurrency: 6,
  };
  const { relativeError } = judgePrediction(heldOut, found);
  for (const error of Object.values(relativeError)) expect(Math.abs(error)).toBeLessThan(0.1);
});

test('a model with other costs is told to be wrong', () => {
  const run: ObservedRun = { requests: predictRun({ requests: arrivals(60, 40) }, modelOf(5, 0.05, 0.5)) };
  const { relativeError } = judgePrediction(run, modelOf(10, 0.05, 0.5));
  expect(relativeError.itlMs).toBeGreaterThan(0.5);
});

test('a closed loop keeps its width: each answer brings the next request', () => {
  const answers = predictRun({ requests: arrivals(50, 0), concurrency: 4 }, modelOf(5, 0.05, 0.5));
  const atOnce = (atMs: number): number =>
    answers.filter(({ sentMs, lastTokenMs }) => sentMs <= atMs && atMs < lastTokenMs).length;
  expect(Math.max(...answers.map(({ sentMs }) => atOnce(sentMs)))).toBe(4);
  expect(answers.every(({ lastTokenMs }) => Number.isFinite(lastTokenMs))).toBe(true);
});

test("the client's share of a closed loop is found again, and an open loop has none", () => {
  const requests = predictRun(
    { requests: arrivals(50, 0), concurrency: 4 },
    { ...modelOf(5, 0.05, 0.5), turnaroundMs: 3 },
  );
  expect(turnaroundMs({ requests, concurrency: 4 })).toBeCloseTo(3, 6);
  expect(turnaroundMs({ requests })).toBeUndefined();
});

test('too few requests are refused', () => {
  const run: ObservedRun = { requests: predictRun({ requests: arrivals(19, 40) }, modelOf(5, 0.05, 0.5)) };
  expect(() => calibrateEngine([run])).toThrow(expect.objectContaining({ code: 'CALIBRATION_TOO_FEW' }));
});

test('the search finds the bottom of a valley', () => {
  const rosenbrock = ([x = 0, y = 0]: readonly number[]): number => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  const { at, value } = minimise(rosenbrock, [-1.2, 1], { spread: 0.5, maxEvaluations: 2_000 });
  expect(value).toBeLessThan(1e-6);
  expect(at[0]).toBeCloseTo(1, 2);
});
