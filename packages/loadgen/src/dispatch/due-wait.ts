import { AlarmLead } from './alarm-lead.ts';
import type { LoopPorts } from './open-loop.ts';

/** A Node timer may fire a millisecond late, so the last stretch before a deadline is polled. */
const POLL_BEFORE_MS = 1.5;
const MIN_TIMER_MS = 1;
/** Shorter waits are polled. */
const MIN_ALARM_MS = 0.25;
/** Waits are cut into pieces, so that a stopped run leaves no timer behind that keeps the process alive. */
const MAX_WAIT_MS = 250;
/** Two polls closer than this had nothing between them: the turn was idle. */
const IDLE_TURN_MS = 0.03;

/** Brings a loop back for its next due time: by an alarm where there is one, else by a timer, and by polling at the end. */
export class DueWait {
  readonly #ports: LoopPorts;
  readonly #turn: () => void;
  readonly #lead = new AlarmLead();
  #lastPollEndMs = Number.NEGATIVE_INFINITY;
  #pollingMs = 0;
  /** Of the wait that counts; those before it bring nobody back. */
  #wait = 0;

  /** @param turn Runs when it may be time; it asks for the next wait itself. */
  constructor(ports: LoopPorts, turn: () => void) {
    this.#ports = ports;
    this.#turn = turn;
  }

  /** Time spent polling with nothing else to do. */
  get pollingMs(): number {
    return this.#pollingMs;
  }

  /** To be called first in a turn. */
  onTurn(nowMs: number): void {
    if (nowMs - this.#lastPollEndMs < IDLE_TURN_MS) this.#pollingMs += nowMs - this.#lastPollEndMs;
  }

  /**
   * Waits for a time, in place of the one waited for before.
   * @param isBusy There is work to do meanwhile: the next turn comes at once.
   */
  until(dueMs: number, isBusy: boolean): void {
    const { clock, timer, pacer } = this.#ports;
    const wait = ++this.#wait;
    const nowMs = clock.nowMs();
    const waitMs = dueMs - nowMs - POLL_BEFORE_MS;
    const alarmAtMs = Math.min(dueMs - this.#lead.leadMs, nowMs + MAX_WAIT_MS);
    if (!isBusy && pacer.at !== undefined && alarmAtMs - nowMs >= MIN_ALARM_MS) {
      this.#lastPollEndMs = Number.NEGATIVE_INFINITY;
      pacer.at(alarmAtMs, () => {
        const lateMs = clock.nowMs() - alarmAtMs;
        // Earlier than asked for: the ring of the wait before.
        if (lateMs > -MIN_ALARM_MS) this.#lead.observe(lateMs);
        if (wait === this.#wait) this.#turn();
      });
    } else if (!isBusy && waitMs >= MIN_TIMER_MS) {
      this.#lastPollEndMs = Number.NEGATIVE_INFINITY;
      timer.after(Math.min(waitMs, MAX_WAIT_MS), () => {
        if (wait === this.#wait) this.#turn();
      });
    } else {
      this.#lastPollEndMs = nowMs;
      pacer.soon(() => {
        if (wait === this.#wait) this.#turn();
      });
    }
  }
}
