import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadCalibration } from '@assay/loadgen';
import { readCalibration } from './read-calibration.ts';

/** One line of `assay doctor`. */
export interface Check {
  readonly state: 'ok' | 'warn' | 'unknown';
  readonly what: string;
  readonly detail: string;
}

const LOOP_SAMPLE_MS = 500;
const FILES_WANTED = 4096;
/** As much as the time between tokens of a fast service may change by. */
const SLOW_READ_MS = 1;

/** What this machine can do as a load generator. The delay of reads is measured where no run has measured it yet. */
export async function checkMachine(environment: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await sleep(LOOP_SAMPLE_MS);
  delay.disable();
  const lateMs = delay.percentile(99) / 1e6 - 5;
  const cores = availableParallelism();
  return [
    { state: 'ok', what: 'node', detail: process.versions.node },
    {
      state: cores >= 2 ? 'ok' : 'warn',
      what: 'cores',
      detail: `${cores}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    },
    {
      state: lateMs < 5 ? 'ok' : 'warn',
      what: 'timers',
      detail: `p99 ${Math.max(0, lateMs).toFixed(1)} ms late at rest`,
    },
    checkOpenFiles(),
    checkPorts(),
    checkReadDelay(await readCalibration(environment, () => undefined)),
  ];
}

/** Part of every latency that this machine measures, and of the bound that stands beside it. */
function checkReadDelay(calibration: ReadCalibration | undefined): Check {
  const what = 'read delay';
  if (calibration === undefined)
    return { state: 'unknown', what, detail: 'could not be measured: nothing bounds the error of this client' };
  const { meanMs, p99Ms } = calibration;
  const detail = `mean ${meanMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms from the arrival of bytes to their stamp beyond what a run sees itself, at rest`;
  return { state: meanMs < SLOW_READ_MS ? 'ok' : 'warn', what, detail };
}

function checkOpenFiles(): Check {
  const text = readText('/proc/self/limits');
  const limit = /Max open files\s+(\d+)/.exec(text ?? '')?.[1];
  if (limit === undefined) return { state: 'unknown', what: 'open files', detail: 'this system does not say' };
  const isEnough = Number(limit) >= FILES_WANTED;
  const detail = isEnough ? limit : `${limit}; more streams than that fail (hint: ulimit -n ${FILES_WANTED})`;
  return { state: isEnough ? 'ok' : 'warn', what: 'open files', detail };
}

function checkPorts(): Check {
  const [low, high] = (readText('/proc/sys/net/ipv4/ip_local_port_range') ?? '').trim().split(/\s+/).map(Number);
  if (low === undefined || high === undefined)
    return { state: 'unknown', what: 'ports', detail: 'this system does not say' };
  return {
    state: high - low > 10_000 ? 'ok' : 'warn',
    what: 'ports',
    detail: `${high - low + 1} for outgoing connections`,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux: the check says that it does not know.
    return undefined;
  }
}
