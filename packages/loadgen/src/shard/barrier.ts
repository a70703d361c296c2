import type { Clock, Timer } from '@assay/timebase';
import { LoadgenError, type LoadgenErrorCode } from '../errors.ts';
import { type ClockEcho, echoClockOffset, readShardClock, sharedClockOffset } from './clock-offset.ts';
import { type FromShard, SHARD_PROTOCOL, type ShardClock } from './protocol.ts';
import type { ShardState } from './shard-state.ts';

const PROBES = 12;

/** Brings all workers to the start line: each says who it is, prepares, and answers for its clock. */
export class Barrier {
  readonly #shards: readonly ShardState[];
  readonly #clock: Clock;
  readonly #own: ShardClock;
  readonly #ready = new Set<ShardState>();
  readonly #echoes = new Map<ShardState, (nowMs: number) => void>();
  readonly #allReady: Promise<void>;
  readonly #failed: Promise<never>;
  #resolve: () => void = () => undefined;
  #reject: (error: LoadgenError) => void = () => undefined;

  constructor(shards: readonly ShardState[], clock: Clock) {
    this.#shards = shards;
    this.#clock = clock;
    this.#own = readShardClock(clock);
    this.#allReady = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#failed = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.#failed.catch(() => undefined);
  }

  /**
   * Resolves when all workers are ready and their clocks known.
   * @throws LoadgenError WORKER_START_FAILED, WORKERS_INVALID
   */
  async reach(timer: Timer, withinMs: number): Promise<void> {
    const forget = timer.after(withinMs, () => {
      const missing = this.#shards.filter((shard) => !this.#ready.has(shard)).map(({ share }) => share.place.index);
      this.#refuse('WORKER_START_FAILED', `worker ${missing.join(', ')} was not ready within ${withinMs} ms`);
    });
    try {
      await Promise.race([this.#allReady, this.#failed]);
    } finally {
      forget();
    }
    for (const shard of this.#shards) {
      const shared = shard.clock === undefined ? undefined : sharedClockOffset(this.#own, shard.clock);
      shard.offset = shared ?? (await Promise.race([this.#askClock(shard), this.#failed]));
    }
  }

  take(shard: ShardState, message: FromShard): void {
    switch (message.type) {
      case 'hello':
        shard.clock = message.clock;
        if (message.protocol === SHARD_PROTOCOL) return;
        this.#refuse(
          'WORKERS_INVALID',
          `${nameOf(shard)} speaks protocol ${message.protocol}, this coordinator ${SHARD_PROTOCOL}`,
          'run the same version everywhere',
        );
        return;
      case 'refused':
        this.#refuse(
          'WORKER_START_FAILED',
          `${nameOf(shard)} cannot start: ${message.code}: ${message.message}`,
          message.hint,
        );
        return;
      case 'ready':
        this.#ready.add(shard);
        if (this.#ready.size === this.#shards.length) this.#resolve();
        return;
      case 'clock-echo':
        this.#echoes.get(shard)?.(message.nowMs);
    }
  }

  gone(shard: ShardState, reason: string): void {
    this.#refuse('WORKER_START_FAILED', `${nameOf(shard)} was lost before the start: ${reason}`);
  }

  async #askClock(shard: ShardState): Promise<ShardState['offset']> {
    const echoes: ClockEcho[] = [];
    for (let id = 0; id < PROBES; id++) {
      const askedMs = this.#clock.nowMs();
      const theirMs = await new Promise<number>((resolve) => {
        this.#echoes.set(shard, resolve);
        shard.link.send({ type: 'clock-probe', id });
      });
      echoes.push({ askedMs, theirMs, answeredMs: this.#clock.nowMs() });
    }
    return echoClockOffset(echoes);
  }

  #refuse(code: LoadgenErrorCode, message: string, hint?: string): void {
    this.#reject(new LoadgenError(code, message, hint === undefined ? {} : { hint }));
  }
}

function nameOf({ share, link }: ShardState): string {
  return `worker ${share.place.index} (${link.kind})`;
}
