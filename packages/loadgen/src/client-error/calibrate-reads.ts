import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Clock } from '@assay/timebase';
import { LoadgenError } from '../errors.ts';
import { createNodeReadDelays } from './node-ports.ts';

/** What of the way from a write on this machine's loopback to the stamp of its read is not seen from inside by a thread that waits in the kernel; ms. */
export interface ReadCalibration {
  readonly samples: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What the thread of the echo is told. */
export interface EchoJob {
  readonly gapsMs: readonly number[];
}

/** Waits from short to as long as those between tokens of a slow server: a core that rests deeper wakes later. */
const GAPS_MS: readonly number[] = [0.3, 1, 2, 5, 10, 20];
const ROUNDS = 36;
const STRETCHES = 3;
const MESSAGE_BYTES = 8;
const READ_BUFFER_BYTES = 4096;

/**
 * Measures what `ReadDelays` cannot see: a thread of this process writes the time into a socket, this thread stamps the read as a run does and has the same meter. What the meter
 * bounds by itself is taken off, because a run counts it again. Takes about a second and a half. The write's own way through the kernel is part of it, so it is an upper bound.
 *
 * @param entry Module that calls `serveEcho()`
 * @throws LoadgenError CALIBRATION_FAILED
 */
export async function calibrateReads(entry: URL, clock: Clock): Promise<ReadCalibration> {
  const gapsMs = Array.from({ length: ROUNDS }, () => GAPS_MS).flat();
  const job: EchoJob = { gapsMs };
  const worker = new Worker(entry, { workerData: { assayEcho: job } });
  try {
    const port = await portOf(worker);
    const delaysMs = await readStamps(port, gapsMs.length, clock);
    return summarize(delaysMs);
  } catch (cause: unknown) {
    throw new LoadgenError('CALIBRATION_FAILED', 'the delay of reads could not be measured on this machine', { cause });
  } finally {
    await worker.terminate();
  }
}

function portOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
}

function readStamps(port: number, count: number, clock: Clock): Promise<readonly number[]> {
  // Threads count from origins of their own; the high-resolution time is one for all.
  const offsetMs = Number(process.hrtime.bigint()) / 1e6 - clock.nowMs();
  const delaysMs: number[] = [];
  const meter = createNodeReadDelays(Number.POSITIVE_INFINITY);
  meter.start(clock.nowMs());
  const rest = Buffer.alloc(MESSAGE_BYTES);
  let restBytes = 0;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(READ_BUFFER_BYTES),
        callback: (length, bytes) => {
          const stampMs = clock.nowMs();
          const seenMs = meter.onRead(stampMs);
          const atMs = stampMs + offsetMs;
          for (let at = 0; at < length; at++) {
            rest[restBytes++] = bytes[at] as number;
            if (restBytes < MESSAGE_BYTES) continue;
            restBytes = 0;
            delaysMs.push(Math.max(0, atMs - rest.readDoubleLE(0) - seenMs));
          }
          if (delaysMs.length >= count) {
            socket.destroy();
            resolve(delaysMs);
          }
          meter.onWorkEnd(clock.nowMs());
          return true;
        },
      },
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection ended early')));
  });
}

/** Figures of the calmest stretch: what else the machine did in the others is no part of the client's constant share. */
function summarize(delaysMs: readonly number[]): ReadCalibration {
  const size = Math.ceil(delaysMs.length / STRETCHES);
  const stretches = Array.from({ length: STRETCHES }, (_, i) => delaysMs.slice(i * size, (i + 1) * size));
  const calmest = stretches.reduce((best, each) => (meanOf(each) < meanOf(best) ? each : best));
  const sorted = Float64Array.from(calmest).sort();
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return {
    samples: sorted.length,
    meanMs: meanOf(calmest),
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, ms) => sum + ms, 0) / values.length;
