import type { BackendOptions } from '../backend-options.ts';
import type { StreamEnding } from '../openai/stream.ts';

/** First versions whose router ends streams of the OpenAI routes with `[DONE]`, and tells the end and the usage of completions. */
const FIRST_WITH_DONE = [2, 2];
const FIRST_WITH_USAGE = [2, 3];

/**
 * What the streams of TGI's OpenAI routes lack: up to 2.1.1 `[DONE]`, up to 2.2.0 the finish reason of completions
 * (`router/src/server.rs` of the releases); nothing of that where the version is not known. Tool calls lack the reason in all of them.
 */
export function streamEndingOf({ api, serverVersion }: BackendOptions): StreamEnding {
  const lacksDone = isBefore(serverVersion, FIRST_WITH_DONE);
  const lacksFinishReason = api === 'completions' && isBefore(serverVersion, FIRST_WITH_USAGE);
  return { lacksDone, lacksFinishReason, toolFinish: 'absent' };
}

/** Whether streams of the OpenAI routes carry usage. */
export const hasStreamUsage = (version: string | undefined): boolean => !isBefore(version, FIRST_WITH_USAGE);

function isBefore(version: string | undefined, [major = 0, minor = 0]: readonly number[]): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined) return false;
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}
