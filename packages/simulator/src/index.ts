export { SimulatorError, type SimulatorErrorCode } from './errors.ts';
export { expectedCodeOf, type Fault, type FaultKind, type FaultPlan, parseFaultPlan } from './fault-plan.ts';
export type { BatchingOptions, SimulatorOptions } from './options.ts';
export { type Simulator, startSimulator } from './simulator.ts';
export type { SimulatorStats } from './stats-ledger.ts';
export { detokenize, tokenize, VOCABULARY_SIZE } from './tokenizer.ts';
export type { TruthEnd, TruthRecord } from './truth.ts';
export { simulateVirtual, type VirtualArrival, type VirtualOutcome } from './virtual.ts';
