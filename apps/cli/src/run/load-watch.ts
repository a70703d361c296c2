import type { RunEvent, RunSummary } from '@assay/loadgen';
import type { ProgressView } from '../render/progress.ts';
import type { Interrupt } from './interrupt.ts';

/** Somebody who follows a load while it runs and may end it: the search for the capacity. */
export interface LoadWatch {
  /** Aborted: no further request is sent, those in flight are waited for. */
  readonly drain: AbortSignal;
  /** Aborted: requests in flight end at once. */
  readonly kill: AbortSignal;
  onEvent(event: RunEvent): void;
}

/** Ends by the watch beside those by signal. */
export function watchedInterrupt(interrupt: Interrupt, watch: LoadWatch | undefined): Interrupt {
  if (watch === undefined) return interrupt;
  return {
    drain: AbortSignal.any([interrupt.drain, watch.drain]),
    kill: AbortSignal.any([interrupt.kill, watch.kill]),
    onFirst: (listener) => interrupt.onFirst(listener),
    dispose: () => interrupt.dispose(),
  };
}

/** Events for the watch, too. */
export function watchedView(view: ProgressView, watch: LoadWatch | undefined): ProgressView {
  if (watch === undefined) return view;
  return {
    ...view,
    onEvent: (event) => {
      watch.onEvent(event);
      view.onEvent(event);
    },
  };
}

/** A load that the watch ended is finished, not aborted. */
export function concludedBy(watch: LoadWatch | undefined, summary: RunSummary): RunSummary {
  const isEndedHere = watch?.drain.aborted === true && summary.status === 'aborted';
  return isEndedHere ? { ...summary, status: 'finished' } : summary;
}
