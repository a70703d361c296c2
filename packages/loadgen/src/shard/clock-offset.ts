import { readFileSync, readlinkSync } from 'node:fs';
import type { Clock } from '@assay/timebase';
import type { ShardClock } from './protocol.ts';

/** How a worker's clock lies against the coordinator's: worker's time = coordinator's time + `offsetMs`, within `errorMs`. */
export interface ClockOffset {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** One question and its answer: coordinator's times around the worker's. */
export interface ClockEcho {
  readonly askedMs: number;
  readonly theirMs: number;
  readonly answeredMs: number;
}

const READS = 5;
/** Two readings of one clock through two functions. */
const SHARED_ERROR_MS = 0.001;

/** What a clock is called by others: this machine's monotonic clock, and where the clock's zero lies on it. */
export function readShardClock(clock: Clock): ShardClock {
  let zeroNs = 0n;
  let bestNs: bigint | undefined;
  for (let read = 0; read < READS; read++) {
    const before = process.hrtime.bigint();
    const nowMs = clock.nowMs();
    const after = process.hrtime.bigint();
    if (bestNs !== undefined && after - before >= bestNs) continue;
    bestNs = after - before;
    zeroNs = (before + after) / 2n - BigInt(Math.round(nowMs * 1e6));
  }
  return { machine: machineName(), zeroNs: String(zeroNs) };
}

/** Changes with each start of the machine and each time namespace; empty where neither is told. */
function machineName(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/time')}`;
  } catch {
    return '';
  }
}

/** The exact offset of two clocks that count the same nanoseconds; `undefined` when they do not. */
export function sharedClockOffset(own: ShardClock, their: ShardClock): ClockOffset | undefined {
  if (own.machine === '' || own.machine !== their.machine) return undefined;
  return { offsetMs: Number(BigInt(own.zeroNs) - BigInt(their.zeroNs)) / 1e6, errorMs: SHARED_ERROR_MS };
}

/**
 * The offset from questions and answers, as NTP does it (RFC 5905 §8): the one with the shortest round trip decides, and the answer was given
 * somewhere within it, so half of it bounds the error.
 */
export function echoClockOffset(echoes: readonly ClockEcho[]): ClockOffset {
  let best: ClockOffset = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (const { askedMs, theirMs, answeredMs } of echoes) {
    const errorMs = (answeredMs - askedMs) / 2;
    if (errorMs < best.errorMs) best = { offsetMs: theirMs - (askedMs + answeredMs) / 2, errorMs };
  }
  return best;
}
