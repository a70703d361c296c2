export {
  type Calibration,
  type CalibrationSettings,
  calibrateEngine,
  judgePrediction,
  type PredictionError,
} from './calibrate/calibrate-engine.ts';
export type { EngineModel } from './calibrate/engine-model.ts';
export type { ObservedRequest, ObservedRun, RunFigures } from './calibrate/observed-run.ts';
export { SimulatorError, type SimulatorErrorCode } from './errors.ts';
export { FACE_NAMES } from './faces/create-face.ts';
export type { FaceName } from './faces/face.ts';
export { expectedCodeOf, type Fault, type FaultKind, type FaultPlan, parseFaultPlan } from './fault-plan.ts';
export type { BatchingOptions, SimulatorOptions } from './options.ts';
export { type Simulator, startSimulator } from './simulator.ts';
export type { SimulatorStats } from './stats-ledger.ts';
export { detokenize, tokenize, VOCABULARY_SIZE } from './tokenizer.ts';
export type { TruthEnd, TruthRecord } from './truth.ts';
export { simulateVirtual, type VirtualArrival, type VirtualOutcome } from './virtual.ts';
export { warmUpSimulator } from './warm-up.ts';
