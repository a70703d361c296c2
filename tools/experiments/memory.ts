import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulatorProcess } from './processes.ts';

/** Resident memory of the client over many short requests, and whether every record is there. Linux only (reads /proc). */
const REQUESTS = Number(process.argv[2] ?? 100_000);

function residentMiB(processId: number): number | undefined {
  const path = `/proc/${processId}/status`;
  if (!existsSync(path)) return undefined;
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

function countLines(path: string): number {
  if (!existsSync(path)) return 0;
  let lines = 0;
  for (const byte of readFileSync(path)) if (byte === 0x0a) lines += 1;
  return lines;
}

const folder = mkdtempSync(join(tmpdir(), 'assay-memory-'));
const runDirectory = join(folder, 'run');
const simulator = await startSimulatorProcess(['--ttft', '0', '--itl', '0', '--slots', '4096']);
try {
  const child = spawn(
    process.execPath,
    [
      'apps/cli/bin/assay.js',
      'run',
      '--target',
      simulator.origin,
      '--concurrency',
      '64',
      '--requests',
      String(REQUESTS),
      '--input-tokens',
      '8',
      '--output-tokens',
      '4',
      '--out',
      runDirectory,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const samples: { atMs: number; rssMiB: number }[] = [];
  const startedMs = performance.now();
  const timer = setInterval(() => {
    const rssMiB = child.pid === undefined ? undefined : residentMiB(child.pid);
    if (rssMiB !== undefined) samples.push({ atMs: performance.now() - startedMs, rssMiB });
  }, 250);
  const status = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  clearInterval(timer);
  const at = (share: number): string => {
    const sample = samples[Math.min(samples.length - 1, Math.floor(share * samples.length))];
    return sample === undefined ? 'none' : `${sample.rssMiB.toFixed(0)} MiB at ${(sample.atMs / 1000).toFixed(1)} s`;
  };
  console.log(`exit ${status}, ${countLines(join(runDirectory, 'requests.jsonl'))} records of ${REQUESTS}`);
  console.log(
    `resident memory: 10 % ${at(0.1)}, 50 % ${at(0.5)}, 80 % ${at(0.8)}, end ${at(1)}, peak ${Math.max(...samples.map((s) => s.rssMiB)).toFixed(0)} MiB`,
  );
} finally {
  await simulator.stop();
  rmSync(folder, { recursive: true, force: true });
}
