import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bareNet, bareUndici } from '../../../packages/loadgen/bench/bare-loops.ts';
import type { Load } from '../client.ts';

/** One of the bare loops under a load: `bare-client.ts net|undici PORT FOLDER LOAD`; records go to FOLDER/requests.jsonl. */
const [kind, port, folder = '', text = ''] = process.argv.slice(2);
const load = JSON.parse(text) as Load;
/** Slots of an open loop: more than are ever busy at the rates that are asked for. */
const inFlight = load.streams ?? 64;
const createLoop = kind === 'net' ? bareNet : bareUndici;
const loop = createLoop(Number(port), {
  tokensPerReply: load.outputTokens,
  inFlight,
  requests: load.requests,
  warmupRequests: 0,
  recordFile: join(folder, 'requests.jsonl'),
});
// The sockets of the bare loop are open before a request is due.
if (kind === 'net') await sleep(Math.max(20, inFlight / 2));
if (load.ratePerSecond === undefined) await loop.run(load.requests);
else await loop.run(load.requests, dueTimes(load, load.ratePerSecond));
await loop.close();
process.exit(0);

function dueTimes({ arrival, requests }: Load, ratePerSecond: number): number[] {
  let atMs = 0;
  return Array.from({ length: requests }, () => {
    const dueMs = atMs;
    atMs += (1000 / ratePerSecond) * (arrival === 'poisson' ? -Math.log(1 - Math.random()) : 1);
    return dueMs;
  });
}
