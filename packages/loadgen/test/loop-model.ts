import { HEARTBEAT_MS } from '../src/client-error/heartbeat.ts';
import { type ReadDelayPorts, ReadDelays } from '../src/client-error/read-delays.ts';

export interface LoopScript {
  /** Bytes that come: the time since those before them, and their socket. */
  readonly arrivals: readonly { readonly gapMs: number; readonly socket: number }[];
  /** Lengths of what the thread does, one after another, round and round: a callback of a read, a turn, a timer, the way from the kernel to a stamp. */
  readonly workMs: readonly number[];
  /** Chance in eighths that a round has a turn of a pacer, by round. */
  readonly turns: readonly boolean[];
  /** Time between timers that nobody marks. */
  readonly timerMs: number;
  /** For how long the thread is stopped inside a wait, by wait. */
  readonly stopsMs: readonly number[];
}

export interface ModelRead {
  readonly boundMs: number;
  /** From the arrival of its first byte to its stamp. */
  readonly delayMs: number;
  /** Of that, what the thread was stopped inside its wait. */
  readonly stoppedMs: number;
}

/**
 * A thread's event loop in virtual time, in libuv's order (sockets, immediates, timers), with a meter in it; gives each read with its true delay. A look takes what came before
 * it; what is in a socket when its turn comes is read with it.
 */
export function runLoop(script: LoopScript): readonly ModelRead[] {
  let nowMs = 1000;
  let idleMs = 0;
  let looks = 0;
  let step = 0;
  let round = 0;
  let wait = 0;
  const work = (): number => script.workMs[step++ % script.workMs.length] ?? 0;
  const sockets = new Map<number, number[]>();
  let atMs = nowMs;
  for (const { gapMs, socket } of script.arrivals) {
    atMs += gapMs;
    sockets.set(socket, [...(sockets.get(socket) ?? []), atMs]);
  }
  const endMs = atMs;
  const ports: ReadDelayPorts = { idleMs: () => idleMs, looks: () => looks, runDelayMs: () => undefined };
  const meter = new ReadDelays(ports, HEARTBEAT_MS);
  meter.start(nowMs);
  let beatAtMs = nowMs + HEARTBEAT_MS;
  let timerAtMs = nowMs + script.timerMs;
  const reads: ModelRead[] = [];
  const readySockets = (): number[][] => [...sockets.values()].filter(([first = Infinity]) => first <= nowMs);
  const nextArrivalMs = (): number => Math.min(...[...sockets.values()].map(([first = Infinity]) => first));

  for (; nowMs <= endMs + 1 || nextArrivalMs() < Infinity; round++) {
    const hasTurn = script.turns[round % script.turns.length] ?? false;
    let stoppedMs = 0;
    looks++;
    let ready = readySockets();
    if (ready.length === 0 && !hasTurn) {
      const wakeAtMs = Math.min(nextArrivalMs(), beatAtMs, timerAtMs);
      const startedMs = nowMs;
      nowMs = Math.max(nowMs, wakeAtMs);
      // What comes while the thread is stopped is no part of this look.
      ready = readySockets();
      stoppedMs = script.stopsMs[wait++ % script.stopsMs.length] ?? 0;
      nowMs += stoppedMs;
      idleMs += nowMs - startedMs;
    }
    for (const socket of ready) {
      nowMs += work();
      const delayMs = nowMs - (socket[0] ?? 0);
      while ((socket[0] ?? Infinity) <= nowMs) socket.shift();
      reads.push({ boundMs: meter.onRead(nowMs), delayMs, stoppedMs });
      nowMs += work();
      meter.onWorkEnd(nowMs);
    }
    if (hasTurn) {
      meter.mark(nowMs);
      nowMs += work();
      meter.onWorkEnd(nowMs);
    }
    if (nowMs >= timerAtMs) {
      nowMs += work();
      timerAtMs = nowMs + script.timerMs;
    }
    if (nowMs >= beatAtMs) {
      meter.beat(nowMs);
      beatAtMs = nowMs + HEARTBEAT_MS;
    }
  }
  return reads;
}
