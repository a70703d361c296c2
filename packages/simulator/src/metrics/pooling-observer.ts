import type { JobObserver } from '../api/choice-job.ts';

/** What vLLM's counters say of a prompt whose vector was asked for: its step is a first one, and it generated nothing. */
export function poolingObserver(observer: JobObserver): JobObserver {
  return {
    onStart: (job) => observer.onStart(job),
    onTokens: (_count, seconds, isFirst) => observer.onTokens(0, seconds, isFirst),
    onFinish: (summary) => observer.onFinish({ ...summary, outputTokens: 0 }),
  };
}
