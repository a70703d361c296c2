import type { BatchingOptions } from '../options.ts';

/** A batching engine as options of the simulator. */
export interface EngineModel {
  readonly slots: number;
  /** Closed loops: from the end of an answer to the next request, the time of client and network. Default 0 ms. */
  readonly turnaroundMs?: number;
  readonly batching: BatchingOptions &
    Required<Pick<BatchingOptions, 'stepMs' | 'prefillMsPerToken' | 'decodeMsPerSequence'>>;
}
