import type { RunEvent } from '../events.ts';
import type { PromptSource } from '../prompt/prompt-source.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { WarmupPlan } from '../schedule/warmup.ts';

export interface Announcement {
  readonly schedule: Schedule;
  readonly warmup: WarmupPlan | undefined;
  /** What is asked for and means something else than it seems. */
  readonly prompts: Pick<PromptSource, 'size' | 'sessionAt'>;
  readonly originMs: number;
}

/** The first events of a run: what the prompts cannot give, when the run begins, and its first phase. */
export function announce(
  { schedule, warmup, prompts, originMs }: Announcement,
  onEvent: (event: RunEvent) => void,
): void {
  if (prompts.size !== undefined && (schedule.count ?? Number.POSITIVE_INFINITY) > prompts.size) {
    const message = `the dataset holds ${prompts.size} prompts and starts again after them; a prefix cache will serve the rest`;
    onEvent({ kind: 'warning', code: 'PROMPTS_REPEAT', message });
  }
  if (prompts.sessionAt !== undefined && schedule.kind === 'open') {
    const message =
      'turns of conversations are sent as requests of their own, whatever the answers do (hint: --sessions whole keeps conversations whole)';
    onEvent({ kind: 'warning', code: 'TURNS_UNTIMED', message });
  }
  const isCounted = warmup?.kind === 'closed' && Number.isFinite(warmup.count);
  const warmupMs = warmup === undefined ? 0 : warmup.kind === 'open' ? warmup.schedule.endMs : warmup.durationMs;
  const measureFromMs = isCounted ? undefined : warmupMs;
  onEvent({ kind: 'run-started', originMs, offered: schedule.count, measureFromMs });
  if (warmup !== undefined) onEvent({ kind: 'phase-changed', phase: 'warmup', elapsedMs: 0 });
}
