import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process has ended since it was listed.
    return undefined;
  }
}

function childrenOf(processId: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${processId}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    (read(`/proc/${processId}/task/${thread}/children`) ?? '')
      .split(' ')
      .filter((id) => id !== '')
      .map(Number),
  );
}

/** The process and all below it. */
export function treeOf(root: number): number[] {
  const all = [root];
  for (let at = 0; at < all.length; at += 1) all.push(...childrenOf(all[at] ?? root));
  return all;
}

/** CPU seconds of these processes and of their children that have ended; proc(5), stat, fields 14 to 17. */
export function cpuSecondsOf(processIds: readonly number[]): number {
  let ticks = 0;
  for (const id of processIds) {
    const stat = read(`/proc/${id}/stat`);
    if (stat === undefined) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    for (let field = 11; field <= 14; field += 1) ticks += Number(fields[field]);
  }
  return ticks / TICKS_PER_SECOND;
}

/** Memory of these processes, MiB: pages shared by several are counted once (PSS). */
export function memoryMiBOf(processIds: readonly number[]): number {
  let kib = 0;
  for (const id of processIds) kib += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`) ?? '')?.[1] ?? 0);
  return kib / 1024;
}
