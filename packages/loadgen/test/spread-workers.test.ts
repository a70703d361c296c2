import { afterEach, beforeEach, expect, test } from 'vitest';
import { BASE_CONFIG } from './run-harness.ts';
import { runWorkers, type ShardedResult } from './shard-harness.ts';
import { startTinyServer, type TinyServer } from './tiny-server.ts';

let servers: readonly TinyServer[] = [];
beforeEach(async () => {
  servers = [await startTinyServer(), await startTinyServer(), await startTinyServer()];
});
afterEach(() => {
  for (const { server } of servers) server.close();
});

/** What is the same for any number of workers. */
const planOf = ({ records }: ShardedResult): readonly string[] =>
  records
    .map(({ phase, index, scheduledMs, target }) => `${phase} ${String(index).padStart(3)} ${scheduledMs} ${target}`)
    .toSorted();

test('1 = 2 = 4 workers: the same times, each request to the same target, even within 1', async () => {
  const load = { kind: 'poisson', ratePerSecond: 400 } as const;
  const [{ port = 0 } = {}] = servers;
  const job = { port, ports: servers.map((each) => each.port), config: { ...BASE_CONFIG, load }, requests: 91 };
  const runs = [
    await runWorkers('thread', 1, job),
    await runWorkers('thread', 2, job),
    await runWorkers('thread', 4, job),
  ];
  const [first = [], ...others] = runs.map(planOf);
  expect(first).toHaveLength(91);
  for (const other of others) expect(other).toEqual(first);
  for (const { summary } of runs) expect(summary.outcomes.ok).toBe(91);
  const perRun = servers.map(({ ids }) => ids.length / runs.length);
  expect(perRun.toSorted((a, b) => a - b)).toEqual([30, 30, 31]);
});
