import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { calibrateReads, type ReadCalibration } from '@assay/loadgen';
import type { ProgressView } from '../render/progress.ts';
import { CLOCK } from './clock.ts';
import { workerEntry } from './worker-entry.ts';

/** What a calibration holds for: another machine or another runtime has delays of its own. */
interface CachedCalibration {
  readonly machine: string;
  readonly atMs: number;
  readonly calibration: ReadCalibration;
}

const VALID_FOR_MS = 30 * 24 * 3600 * 1000;

/**
 * The calibration of this machine, from the user's cache folder or measured now, which takes a second and a half. `undefined` where it fails: then
 * nothing bounds the client's own error, and the results say so.
 */
export async function readCalibration(
  environment: NodeJS.ProcessEnv,
  view: ProgressView,
): Promise<ReadCalibration | undefined> {
  const path = join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'assay', 'read-delay.json');
  const [cpu] = cpus();
  const machine = [hostname(), cpu?.model ?? 'unknown', cpus().length, process.versions.node].join(' | ');
  const cached = readCached(path);
  if (cached?.machine === machine && Date.now() - cached.atMs < VALID_FOR_MS) return cached.calibration;
  view.note('measuring the delay of reads on this machine, once: some two seconds');
  try {
    const calibration = await calibrateReads(workerEntry(), CLOCK);
    keep(path, { machine, atMs: Date.now(), calibration });
    return calibration;
  } catch {
    return undefined;
  }
}

function readCached(path: string): CachedCalibration | undefined {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as CachedCalibration;
    return Number.isFinite(value.calibration.meanMs) && Number.isFinite(value.calibration.maxMs) ? value : undefined;
  } catch {
    return undefined; // none yet, or no file of ours
  }
}

function keep(path: string, cached: CachedCalibration): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(cached)}\n`);
  } catch {
    // The next run measures again.
  }
}
