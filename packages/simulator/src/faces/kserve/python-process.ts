import { readdirSync, readFileSync } from 'node:fs';

const PAGE_BYTES = 4096;

/**
 * What Python's client library says of its process, in its order. There is no Python here: nothing of it was collected. Where the
 * kernel tells nothing of a process (other systems than Linux) its gauges are left out, as that library leaves them out.
 */
export function pythonProcessText(startSeconds: number): string {
  const cpu = process.cpuUsage();
  return [
    generations('objects_collected', 'Objects collected during gc'),
    generations('objects_uncollectable', 'Uncollectable objects found during GC'),
    generations('collections', 'Number of times this generation was collected'),
    family('python_info', 'gauge', 'Python platform information', [[PLATFORM, '1.0']]),
    gauge('process_virtual_memory_bytes', 'Virtual memory size in bytes.', virtualBytes()),
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.memoryUsage.rss()),
    gauge('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', startSeconds),
    family('process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.', [
      ['', String((cpu.user + cpu.system) / 1e6)],
    ]),
    gauge('process_open_fds', 'Number of open file descriptors.', openFiles()),
    gauge('process_max_fds', 'Maximum number of open file descriptors.', mostFiles()),
  ].join('');
}

const PLATFORM = '{implementation="CPython",major="3",minor="11",patchlevel="7",version="3.11.7"}';

const generations = (what: string, help: string): string =>
  family(
    `python_gc_${what}_total`,
    'counter',
    help,
    [0, 1, 2].map((generation) => [`{generation="${generation}"}`, '0.0'] as const),
  );

function family(name: string, type: string, help: string, samples: readonly (readonly [string, string])[]): string {
  const lines = samples.map(([labels, value]) => `${name}${labels} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const gauge = (name: string, help: string, value: number | undefined): string =>
  value === undefined ? '' : family(name, 'gauge', help, [['', String(value)]]);

function virtualBytes(): number | undefined {
  const pages = Number.parseInt(fromKernel(() => readFileSync('/proc/self/statm', 'utf8')) ?? '', 10);
  return Number.isNaN(pages) ? undefined : pages * PAGE_BYTES;
}

const openFiles = (): number | undefined => fromKernel(() => readdirSync('/proc/self/fd').length);

function mostFiles(): number | undefined {
  const limits = fromKernel(() => readFileSync('/proc/self/limits', 'utf8')) ?? '';
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return most === undefined ? undefined : Number(most);
}

function fromKernel<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // a system without /proc
  }
}
