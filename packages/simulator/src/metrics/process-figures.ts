import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** What the process says about itself at the moment of a scrape, by the name of its family. */
export type ProcessFigures = ReadonlyMap<string, number>;

/** Linux has pages of this size on every machine that Node runs on but those that were built otherwise. */
const PAGE_BYTES = 4096;

/** Figures of this process. Those that the kernel tells through `/proc` are missing elsewhere, as prometheus_client leaves them out too. */
export function readProcessFigures(): ProcessFigures {
  const cpu = process.cpuUsage();
  return new Map([
    ...readProc(),
    ['process_resident_memory_bytes', process.memoryUsage.rss()],
    ['process_cpu_seconds_total', (cpu.user + cpu.system) / 1e6],
    ['process_start_time_seconds', performance.timeOrigin / 1000],
  ]);
}

function readProc(): readonly (readonly [string, number])[] {
  try {
    const pages = Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]);
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return [
      ['process_virtual_memory_bytes', pages * PAGE_BYTES],
      ['process_open_fds', readdirSync('/proc/self/fd').length],
      ...(limit === undefined ? [] : [['process_max_fds', Number(limit)] as const]),
    ];
  } catch {
    return []; // no Linux: these families are not on the page
  }
}
