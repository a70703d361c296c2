import { isMainThread } from 'node:worker_threads';
import { openProcessPort, openThreadPort, serveShard } from '@assay/loadgen';
import { CLOCK, TIMER } from './run/clock.ts';
import { putHelperThreadsLast } from './run/helper-threads.ts';
import { Secrets } from './run/secrets.ts';
import { buildParts } from './run/worker-job.ts';

// One worker of a load, in a thread or a process that `assay run` started.
serveShard(isMainThread ? openProcessPort() : openThreadPort(), {
  clock: CLOCK,
  timer: TIMER,
  build: (job, place) => {
    if (isMainThread) putHelperThreadsLast();
    // What a worker tells is written, and masked, by who started it.
    return buildParts(job, place, { environment: process.env, secrets: new Secrets() });
  },
});
