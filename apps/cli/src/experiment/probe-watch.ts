import type { RequestRecord } from '@assay/contracts';
import type { ProbeJudge, RunEvent } from '@assay/loadgen';
import type { LoadWatch } from '../run/load-watch.ts';
import type { RecordTail } from './record-tail.ts';

/** Feeds a judge with a load as it goes, and ends the load when the judge has decided. */
export class ProbeWatch implements LoadWatch {
  readonly #judge: ProbeJudge;
  readonly #tail: RecordTail;
  readonly #drain = new AbortController();
  readonly #kill = new AbortController();
  #measureFromMs = 0;
  #firstDueMs: number | undefined;
  #lastDueMs = 0;
  #due = 0;
  /** From the first due request to the last reading before the load was ended. */
  durationMs = 0;

  constructor(judge: ProbeJudge, tail: RecordTail) {
    this.#judge = judge;
    this.#tail = tail;
  }

  get drain(): AbortSignal {
    return this.#drain.signal;
  }

  get kill(): AbortSignal {
    return this.#kill.signal;
  }

  #onRecord(record: RequestRecord): void {
    if (record.phase === 'warmup') return;
    this.#due++;
    this.#firstDueMs = Math.min(this.#firstDueMs ?? record.scheduledMs, record.scheduledMs);
    this.#lastDueMs = Math.max(this.#lastDueMs, record.scheduledMs);
    this.#judge.add(record);
  }

  onEvent(event: RunEvent): void {
    if (event.kind === 'run-started') this.#measureFromMs = event.measureFromMs ?? 0;
    if (event.kind !== 'tick' || event.phase !== 'measure' || this.#drain.signal.aborted) return;
    this.durationMs = event.elapsedMs - this.#measureFromMs;
    this.catchUp();
    const stop = this.#judge.observe(this.durationMs, event.inFlight);
    if (stop === undefined) return;
    this.#drain.abort();
    // The verdict is out: nobody waits for the backlog of a service that cannot keep up.
    if (stop === 'over-saturated' || stop === 'fail') this.#kill.abort();
  }

  /** Takes in the records written so far. */
  catchUp(): void {
    this.#tail.read((record) => this.#onRecord(record));
  }

  /** Due requests per second, between the first and the last that was due. */
  get offeredPerSecond(): number | undefined {
    const spanMs = this.#lastDueMs - (this.#firstDueMs ?? 0);
    return this.#due < 2 || spanMs <= 0 ? undefined : (1000 * (this.#due - 1)) / spanMs;
  }
}
