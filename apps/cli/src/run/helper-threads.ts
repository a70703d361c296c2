import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';

const LOWEST = 19;

/**
 * Lets the thread that sends and reads go before the helpers of its own process (compiler, garbage collector, file writes): bound to one core, they
 * would hold it for milliseconds at a time, which shows in the times of requests. Linux alone has priorities per thread; elsewhere, and where it is
 * forbidden, nothing happens. Helpers that start later keep their priority.
 */
export function putHelperThreadsLast(): void {
  if (process.platform !== 'linux') return;
  let threads: readonly string[];
  try {
    threads = readdirSync('/proc/self/task');
  } catch {
    return; // no /proc: an accuracy aid only
  }
  for (const thread of threads) {
    const id = Number(thread);
    if (id === process.pid) continue;
    try {
      setPriority(id, LOWEST);
    } catch {
      // The thread has ended, or priorities are fixed here.
    }
  }
}
