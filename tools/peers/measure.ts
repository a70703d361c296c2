import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTruthServer } from '../experiments/truth-server/start-truth-server.ts';
import type { Load, ReadyClient, Reported } from './client.ts';
import { cpuSecondsOf } from './process-tree.ts';
import { type ClientRun, runClient } from './run-client.ts';
import { readGaps, readSeen, type Seen } from './truth-log.ts';

/** The programs that the set-up builds. */
export interface Programs {
  readonly server: string;
  readonly adopt: string;
}

/** One experiment: a load and the server that it meets. */
export interface Trial {
  readonly load: Load;
  readonly ttftUs: number;
  readonly itlUs: number;
  readonly serverOptions: readonly string[];
  readonly budgetMs: number;
  readonly isMemoryWanted?: boolean;
}

/** What one run of one client gave: its own words, the server's, and what it cost. */
export interface Sample {
  readonly reported: Reported;
  readonly seen: readonly Seen[];
  readonly gaps: { readonly meanMs: number; readonly p99Ms: number } | undefined;
  readonly run: ClientRun;
  readonly serverCpuSeconds: number;
}

/** Undefined where the client has no such load. */
export async function measure(client: ReadyClient, trial: Trial, programs: Programs): Promise<Sample | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-peers-'));
  const truthFile = join(folder, 'truth.jsonl');
  const { ttftUs, itlUs, serverOptions, load } = trial;
  const server = await startTruthServer(programs.server, { ttftUs, itlUs, truthFile, options: serverOptions });
  try {
    const command = client.command(load, server.origin, folder);
    if (command === undefined) return undefined;
    const run = await runClient(programs.adopt, command, {
      budgetMs: trial.budgetMs,
      isMemoryWanted: trial.isMemoryWanted ?? false,
    });
    const serverCpuSeconds = cpuSecondsOf([server.processId]);
    await server.stop();
    return {
      reported: readReport(client, folder),
      seen: readSeen(truthFile, load.requests),
      gaps: readGaps(truthFile),
      run,
      serverCpuSeconds,
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that was killed or that failed leaves no report; the rows say so by what is absent. */
function readReport(client: ReadyClient, folder: string): Reported {
  try {
    return client.read(folder);
  } catch {
    return {};
  }
}
