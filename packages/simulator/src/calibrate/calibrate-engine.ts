import { SimulatorError } from '../errors.ts';
import type { EngineModel } from './engine-model.ts';
import { minimise } from './minimise.ts';
import {
  figuresOf,
  meanGapMs,
  median,
  type ObservedRequest,
  type ObservedRun,
  type RunFigures,
  timeToFirstMs,
  turnaroundMs,
} from './observed-run.ts';
import { predictRun } from './predict-run.ts';

export interface CalibrationSettings {
  /** Sequences that the engine runs at once. Default 256. */
  readonly slots?: number;
  /** Tokens of one step. Default 2048. */
  readonly maxBatchedTokens?: number;
}

export interface Calibration {
  readonly model: EngineModel;
  /** Requests that were fitted. */
  readonly requests: number;
  /** Mean of the absolute logarithm of predicted by observed over times to first token and mean gaps. */
  readonly loss: number;
  readonly evaluations: number;
}

/** Predicted figures of a run beside those that were observed. */
export interface PredictionError {
  readonly observed: RunFigures;
  readonly predicted: RunFigures;
  /** Predicted by observed, minus one. */
  readonly relativeError: RunFigures;
}

/** Three costs follow from at least this many requests, or the fit follows the noise. */
const MIN_REQUESTS = 20;
/** Below this no clock of a client tells times apart; it also keeps the logarithm finite. */
const RESOLUTION_MS = 0.05;
const MAX_EVALUATIONS = 250;
/** Shares of the median gap that go to the step itself in the starting points; the rest goes to the sequences. */
const STEP_SHARES = [0.9, 0.5, 0.1] as const;
const MAX_KV_BLOCKS = 1_000_000;

/**
 * Fits the step, prefill and decode costs of the batching engine to runs against a real one; loads that differ tell the costs
 * apart. The simulator's own engine replays each run, a closed loop by
 * its own answers, and the costs are searched for which its times to first token and mean gaps come nearest, in the
 * absolute logarithm: outliers of the real engine pull little.
 *
 * @throws SimulatorError CALIBRATION_TOO_FEW
 */
export function calibrateEngine(runs: readonly ObservedRun[], settings: CalibrationSettings = {}): Calibration {
  const requests = runs.flatMap((run) => run.requests);
  const gaps = requests.map(meanGapMs).filter((gap) => gap !== undefined);
  if (requests.length < MIN_REQUESTS || gaps.length < MIN_REQUESTS) {
    throw new SimulatorError(
      'CALIBRATION_TOO_FEW',
      `${requests.length} answered requests, ${gaps.length} of them with two tokens or more`,
      { hint: `a calibration needs at least ${MIN_REQUESTS} of both` },
    );
  }
  const turnarounds = runs.map(turnaroundMs).filter((ms) => ms !== undefined);
  const closedLoop = turnarounds.length === 0 ? {} : { turnaroundMs: median(turnarounds) };
  const toModel = (at: readonly number[]): EngineModel => {
    const [stepMs = 0, prefillMsPerToken = 0, decodeMsPerSequence = 0] = at.map((x) => Math.exp(x));
    return {
      slots: settings.slots ?? 256,
      ...closedLoop,
      batching: {
        stepMs: Math.max(0.001, stepMs),
        prefillMsPerToken,
        decodeMsPerSequence,
        maxBatchedTokens: settings.maxBatchedTokens ?? 2048,
        kvBlocks: MAX_KV_BLOCKS,
      },
    };
  };
  const loss = (at: readonly number[]): number => {
    const model = toModel(at);
    // Each run counts the same, whatever its size: none of the loads is to be fitted at the expense of another.
    return runs.reduce((sum, run) => sum + lossOf(run.requests, predictRun(run, model)), 0) / runs.length;
  };
  const gapMs = Math.max(RESOLUTION_MS, median(gaps));
  const prefillMs = median(requests.map((request) => timeToFirstMs(request) / Math.max(1, request.promptTokens)));
  const found = STEP_SHARES.map((share) =>
    minimise(
      loss,
      [share * gapMs, Math.max(1e-6, prefillMs / 2), (1 - share) * gapMs].map((cost) => Math.log(cost)),
      { spread: 0.7, maxEvaluations: MAX_EVALUATIONS },
    ),
  );
  const nearest = found.reduce((a, b) => (b.value < a.value ? b : a));
  // Once more from there with new edges: a simplex that shrank on a ledge gets off it.
  const best = minimise(loss, nearest.at, { spread: 0.3, maxEvaluations: MAX_EVALUATIONS });
  const evaluations = [...found, best].reduce((sum, one) => sum + one.evaluations, 0);
  return { model: toModel(best.at), requests: requests.length, loss: best.value, evaluations };
}

function lossOf(observed: readonly ObservedRequest[], predicted: readonly ObservedRequest[]): number {
  let sum = 0;
  let count = 0;
  const add = (a: number | undefined, b: number | undefined): void => {
    if (a === undefined || b === undefined) return;
    sum += Math.abs(Math.log((a + RESOLUTION_MS) / (b + RESOLUTION_MS)));
    count += 1;
  };
  observed.forEach((request, index) => {
    const answer = predicted[index];
    if (answer === undefined) return;
    add(timeToFirstMs(answer), timeToFirstMs(request));
    add(meanGapMs(answer), meanGapMs(request));
  });
  return sum / count;
}

/** How far a model is off on a run: the one it was fitted to, or better a held-out one. */
export function judgePrediction(run: ObservedRun, model: EngineModel): PredictionError {
  const observed = figuresOf(run.requests);
  const predicted = figuresOf(predictRun(run, model));
  const error = (key: keyof RunFigures): number => predicted[key] / observed[key] - 1;
  return {
    observed,
    predicted,
    relativeError: {
      ttftMs: error('ttftMs'),
      itlMs: error('itlMs'),
      outputTokensPerSecond: error('outputTokensPerSecond'),
    },
  };
}
