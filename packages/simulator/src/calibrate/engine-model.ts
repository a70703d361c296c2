import type { BatchingOptions } from '../options.ts';

/** A batching engine as options of the simulator. */
export interface EngineModel {
  readonly slots: number;
  readonly batching: BatchingOptions &
    Required<Pick<BatchingOptions, 'stepMs' | 'prefillMsPerToken' | 'decodeMsPerSequence'>>;
}
