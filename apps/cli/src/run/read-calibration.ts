import { mkdirSync, readFileSync } from 'node:fs';
import { cpus, homedir, hostname } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { calibrateReads, type ReadCalibration } from '@assay/loadgen';
import { CLOCK } from './clock.ts';
import { writeAtomically } from './run-directory.ts';
import { threadEntry } from './worker-entry.ts';

/** What a calibration holds for: another machine or another runtime has delays of its own. */
interface CachedCalibration {
  readonly machine: string;
  readonly atMs: number;
  readonly calibration: ReadCalibration;
}

/** Of what a calibration measures: another one is not taken for it. */
const EDITION = 2;
const VALID_FOR_MS = 30 * 24 * 3600 * 1000;

/**
 * The calibration of this machine, from the user's cache folder or measured now, which takes a second and a half. `undefined` where it fails: then
 * nothing bounds the client's own error, and the results say so.
 */
export async function readCalibration(
  environment: NodeJS.ProcessEnv,
  note: (text: string) => void,
): Promise<ReadCalibration | undefined> {
  const path = join(cacheFolder(environment), 'assay', 'read-delay.json');
  const [cpu] = cpus();
  const machine = [hostname(), cpu?.model ?? 'unknown', cpus().length, process.versions.node, EDITION].join(' | ');
  const cached = readCached(path);
  if (cached?.machine === machine && Date.now() - cached.atMs < VALID_FOR_MS) return cached.calibration;
  note('measuring the delay of reads on this machine, once: some two seconds');
  try {
    const calibration = await calibrateReads(threadEntry(), CLOCK);
    keep(path, { machine, atMs: Date.now(), calibration });
    return calibration;
  } catch {
    return undefined;
  }
}

/** By the XDG Base Directory Specification, which has relative paths ignored. */
function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const folder = environment['XDG_CACHE_HOME'] ?? '';
  return isAbsolute(folder) ? folder : join(homedir(), '.cache');
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
    writeAtomically(path, `${JSON.stringify(cached)}\n`);
  } catch {
    // The next run measures again.
  }
}
