import type { RequestSample } from '../backend/backend.ts';

/** Gives the request of any index: pure, so that any worker can compute any request alone. */
export interface PromptSource {
  sampleAt(index: number, phase?: 'warmup' | 'measure'): RequestSample;
  /** Different requests there are before they repeat; `undefined` where they never do. */
  readonly size: number | undefined;
  /** How input lengths are known. */
  readonly inputTokensSource: RequestSample['inputTokensSource'];
}
