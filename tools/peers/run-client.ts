import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pinned } from '../experiments/processes.ts';
import type { Command } from './client.ts';
import { cpuSecondsOf, memoryMiBOf, treeOf } from './process-tree.ts';

export interface ClientRun {
  readonly exitCode: number | null;
  readonly isTimedOut: boolean;
  readonly startedNs: number;
  /** CPU seconds of the client's processes since its start, over time. */
  readonly cpu: readonly { readonly atNs: number; readonly seconds: number }[];
  readonly peakMiB: number;
  readonly output: string;
}

const nowNs = (): number => Number(process.hrtime.bigint());

/**
 * Runs a client on core 0 to its end, or to `budgetMs`, when it is killed. Its CPU time is taken every 50 ms and its memory every 200 ms, from core 1.
 */
export async function runClient(
  adopt: string,
  command: Command,
  { budgetMs, isMemoryWanted }: { readonly budgetMs: number; readonly isMemoryWanted: boolean },
): Promise<ClientRun> {
  const [file = adopt, ...args] = pinned(0, [adopt, ...command.argv]);
  const startedNs = nowNs();
  const child = spawn(file, args, { env: { ...process.env, ...command.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-20_000);
    });
  }
  const cpu = [{ atNs: startedNs, seconds: 0 }];
  let peakMiB = 0;
  let isTimedOut = false;
  let samples = 0;
  const sampler = setInterval(() => {
    const tree = treeOf(child.pid ?? 0);
    const seconds = cpuSecondsOf(tree);
    cpu.push({ atNs: nowNs(), seconds });
    if (isMemoryWanted && samples++ % 4 === 0) peakMiB = Math.max(peakMiB, memoryMiBOf(tree));
  }, 50);
  const killer = setTimeout(() => {
    isTimedOut = true;
    for (const id of treeOf(child.pid ?? 0).reverse()) kill(id);
  }, budgetMs);
  const [exitCode] = (await exited) as [number | null];
  clearInterval(sampler);
  clearTimeout(killer);
  return { exitCode, isTimedOut, startedNs, cpu, peakMiB, output };
}

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** CPU seconds between two times, from the samples around them. */
export function cpuBetween(run: ClientRun, fromNs: number, toNs: number): number {
  return cpuAt(run, toNs) - cpuAt(run, fromNs);
}

function cpuAt({ cpu }: ClientRun, atNs: number): number {
  const after = cpu.findIndex((sample) => sample.atNs >= atNs);
  const right = cpu[after];
  const left = cpu[after - 1];
  if (right === undefined) return cpu.at(-1)?.seconds ?? Number.NaN;
  if (left === undefined) return right.seconds;
  return left.seconds + ((right.seconds - left.seconds) * (atNs - left.atNs)) / (right.atNs - left.atNs);
}
