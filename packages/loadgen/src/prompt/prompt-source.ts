import type { RequestSample } from '../backend/backend.ts';

/** Gives the request of any index: pure, so that any worker can compute any request alone. */
export interface PromptSource {
  sampleAt(index: number, phase?: 'warmup' | 'measure'): RequestSample;
  /** Different requests there are before they repeat; `undefined` where they never do. */
  readonly size: number | undefined;
  /**
   * Where conversation n lies, for sources whose requests are turns of conversations: its requests are `turns` indices from `firstIndex` on.
   * Absent where every request stands alone.
   */
  sessionAt?(session: number): { readonly firstIndex: number; readonly turns: number };
  /** How input lengths are known. */
  readonly inputTokensSource: RequestSample['inputTokensSource'];
}
