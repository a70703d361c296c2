import { type ProcessFigures, readProcessFigures } from '../../metrics/process-figures.ts';

/**
 * What Python's client library says of its process, in its order. There is no Python here: nothing of it was collected. A figure that
 * this system does not tell has no family, as with that library.
 */
export function pythonProcessText(): string {
  const figures = readProcessFigures();
  return [
    generations('objects_collected', 'Objects collected during gc'),
    generations('objects_uncollectable', 'Uncollectable objects found during GC'),
    generations('collections', 'Number of times this generation was collected'),
    family('python_info', 'gauge', 'Python platform information', [`${PLATFORM} 1.0`]),
    ...PROCESS.map(([name, type, help]) => processText(figures, name, type, help)),
  ].join('');
}

const PLATFORM = '{implementation="CPython",major="3",minor="11",patchlevel="7",version="3.11.7"}';
const PROCESS = [
  ['process_virtual_memory_bytes', 'gauge', 'Virtual memory size in bytes.'],
  ['process_resident_memory_bytes', 'gauge', 'Resident memory size in bytes.'],
  ['process_start_time_seconds', 'gauge', 'Start time of the process since unix epoch in seconds.'],
  ['process_cpu_seconds_total', 'counter', 'Total user and system CPU time spent in seconds.'],
  ['process_open_fds', 'gauge', 'Number of open file descriptors.'],
  ['process_max_fds', 'gauge', 'Maximum number of open file descriptors.'],
] as const;

const generations = (what: string, help: string): string =>
  family(
    `python_gc_${what}_total`,
    'counter',
    help,
    [0, 1, 2].map((generation) => `{generation="${generation}"} 0.0`),
  );

function processText(figures: ProcessFigures, name: string, type: string, help: string): string {
  const value = figures.get(name);
  return value === undefined ? '' : family(name, type, help, [` ${value}`]);
}

function family(name: string, type: string, help: string, samples: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${name}${sample}\n`).join('')}`;
}
